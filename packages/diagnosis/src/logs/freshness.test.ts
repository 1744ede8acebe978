import { parseTime } from '@headwater/core/time.ts';
import { describe, expect, it } from 'vitest';
import { causeChain } from './cause-chain.ts';
import { LogDigester } from './digest.ts';
import { errorTemplates, firstError, lastError } from './first-error.ts';
import { logClock, occurrenceOf } from './freshness.ts';

const NOW = parseTime('2026-03-01T10:00:00Z') ?? 0;

function digest(lines: readonly string[]) {
  const digester = new LogDigester({ namespace: 'a', pod: 'b', container: 'c', previous: false });
  for (const line of lines) digester.push(line);
  return digester.finish();
}

function at(secondsBefore: number, text: string): string {
  return `${new Date(NOW - secondsBefore * 1000).toISOString()} ${text}`;
}

function stateOf(lines: readonly string[]): string | undefined {
  const stream = digest(lines);
  return occurrenceOf(stream, errorTemplates(stream), NOW)?.state;
}

describe('occurrenceOf', () => {
  it('calls failures up to now persisting', () => {
    expect(stateOf([at(600, 'ok'), at(60, 'ERROR x'), at(30, 'ok'), at(10, 'ERROR x')])).toBe('persists');
  });

  it('calls failures at the start followed by ordinary lines ended', () => {
    expect(
      stateOf([at(900, 'ERROR x'), at(895, 'ERROR x'), at(890, 'ok'), at(300, 'ok'), at(5, 'ok'), at(1, 'ok')]),
    ).toBe('ended');
  });

  it('goes by the pause between failures when they are rare and regular', () => {
    const regular = [1500, 1200, 900, 600, 300].flatMap((s) => [at(s, 'ERROR sync'), at(s - 1, 'ok'), at(s - 2, 'ok')]);
    expect(stateOf(regular)).toBe('persists');
  });

  it('judges a log without times by the lines that followed', () => {
    expect(stateOf(['ERROR x', ...Array.from({ length: 40 }, (_, i) => `ok ${i}`)])).toBe('ended');
    expect(stateOf([...Array.from({ length: 40 }, (_, i) => `ok ${i}`), 'ERROR x', 'ok'])).toBe('persists');
  });

  it('is null without failures', () => {
    expect(stateOf(['ok'])).toBeUndefined();
  });
});

describe('first and last failure', () => {
  const stream = digest([
    'INFO start',
    'ERROR http: TLS handshake error from 10.0.0.1:3: EOF',
    'ERROR cannot open store',
    'java.lang.IllegalStateException: Communications link failure',
    '\tat a.B.c(B.java:1)',
    'Caused by: java.net.UnknownHostException: mysql: Name or service not known',
    '\t... 3 more',
    'ERROR giving up',
  ]);

  it('skips noise', () => {
    expect(firstError(stream)?.line.text).toBe('ERROR cannot open store');
    expect(lastError(stream)?.line.text).toBe('ERROR giving up');
  });

  it('follows the causes to the innermost', () => {
    const anchor = firstError(stream);
    const exception = stream.lines[3];
    expect(anchor && exception && causeChain(stream, exception)).toEqual([
      'java.lang.IllegalStateException: Communications link failure',
      'java.net.UnknownHostException: mysql: Name or service not known',
    ]);
  });

  it('follows causes inside one JSON line', () => {
    const json = digest([String.raw`{"level":"error","msg":"x","stack":"A: b\n\tat c\nCaused by: D: e\n\tat f"}`]);
    expect(causeChain(json, json.lines[0]!).at(-1)).toBe('D: e');
  });
});

describe('logClock', () => {
  it('is the end of the logs when they were read a little earlier', () => {
    expect(logClock({ now: NOW, logs: { lastTime: NOW - 10 * 60_000 } })).toBe(NOW - 10 * 60_000);
    expect(logClock({ now: NOW, logs: { lastTime: NOW - 3 * 3_600_000 } })).toBe(NOW);
    expect(logClock({ now: NOW, logs: { lastTime: null } })).toBe(NOW);
  });
});
