import { type FixtureContent, fixtureInput } from '@headwater/testkit/fixture-snapshot.ts';
import { describe, expect, it } from 'vitest';
import { buildSnapshot } from '../../snapshot/snapshot.ts';
import { citeHit, effectOf, logHits, quote } from './log-hits.ts';

const NOW = Date.parse('2026-03-01T10:00:00Z');

interface Status {
  readonly ready?: boolean;
  readonly restartCount?: number;
  readonly state?: unknown;
  readonly lastState?: unknown;
}

const RUNNING = { running: { startedAt: '2026-03-01T08:00:00Z' } };
const BACK_OFF = { waiting: { reason: 'CrashLoopBackOff' } };
const died = (finishedAt: string) => ({ terminated: { exitCode: 3, reason: 'Error', finishedAt } });

function hits(status: Status, logs: FixtureContent['logs'], options = {}) {
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p', namespace: 'n' },
    spec: { containers: [{ name: 'c' }] },
    status: {
      phase: 'Running',
      containerStatuses: [{ name: 'c', ready: true, restartCount: 0, state: RUNNING, ...status }],
    },
  };
  const snapshot = buildSnapshot(fixtureInput({ objects: [pod], logs: logs ?? {} }));
  return logHits(
    snapshot,
    (text) => (text.includes('boom') ? { key: /boom\w*/.exec(text)?.[0] ?? '' } : null),
    options,
  );
}

function at(seconds: number, text: string): string {
  return `${new Date(NOW - seconds * 1000).toISOString()} ${text}`;
}

describe('logHits', () => {
  it('takes one line of a container in back-off as its last word, of any level', () => {
    const [hit] = hits(
      { ready: false, restartCount: 4, state: BACK_OFF, lastState: died('2026-03-01T09:58:00Z') },
      { 'n/p/c': 'INFO boom' },
    );
    expect(hit?.mode).toBe('crash');
    expect(hit && effectOf(hit)).toBe('container `c` ends with exit code 3 and has restarted 4 times');
    expect(hit && citeHit(hit).map(({ text }) => text)).toEqual([
      'INFO boom',
      'Pod n/p: status.containerStatuses[name=c].lastState.terminated.exitCode = 3',
      'Pod n/p: status.containerStatuses[name=c].restartCount = 4',
    ]);
  });

  it('reads the previous instance of a container that runs between two crashes', () => {
    const status = { ready: false, restartCount: 2, lastState: died('2026-03-01T09:59:30Z') };
    expect(hits(status, { 'n/p/c:previous': 'ERROR boom', 'n/p/c': 'starting' })).toHaveLength(1);
  });

  it('forgets a crash the container has recovered from', () => {
    const status = { ready: true, restartCount: 1, lastState: died('2026-03-01T09:55:00Z') };
    expect(hits(status, { 'n/p/c:previous': 'ERROR boom', 'n/p/c': 'ok' })).toEqual([]);
  });

  it('leaves out what a container said long before it ended', () => {
    const status = { ready: false, restartCount: 4, state: BACK_OFF, lastState: died('2026-03-01T09:58:00Z') };
    expect(
      hits(status, { 'n/p/c': ['ERROR boom', ...Array.from({ length: 500 }, (_, i) => `ok ${i}`)].join('\n') }),
    ).toEqual([]);
  });

  it('wants several failures up to now of a container that is ready', () => {
    const log = (...lines: string[]) => ({ 'n/p/c': lines.join('\n') });
    expect(hits({}, log(at(30, 'ERROR boom'), at(20, 'ERROR boom')))).toEqual([]);
    expect(hits({}, log(at(30, 'ERROR boom'), at(20, 'ERROR boom'), at(10, 'ERROR boom')))).toHaveLength(1);
    expect(
      hits({}, log(...[50, 40, 30].map((s) => at(s * 60, 'ERROR boom')), at(5, 'ok'), at(4, 'ok'), at(3, 'ok'))),
    ).toHaveLength(1);
    expect(
      hits({}, log(...[3000, 2990, 2980].map((s) => at(s, 'ERROR boom')), at(5, 'ok'), at(4, 'ok'), at(3, 'ok'))),
    ).toEqual([]);
  });

  it('takes a rare failure only when no share of the log is asked for', () => {
    const lines = Array.from({ length: 300 }, (_, i) => at(300 - i, i % 60 === 0 ? 'ERROR boom' : 'ok')).join('\n');
    expect(hits({}, { 'n/p/c': lines })).toHaveLength(1);
    expect(hits({}, { 'n/p/c': lines }, { minShare: 0.05 })).toEqual([]);
  });

  it('tells the targets apart that lines of one shape name', () => {
    const log = {
      'n/p/c': [
        at(30, 'ERROR call "boomA" failed'),
        at(20, 'ERROR call "boomX" failed'),
        at(10, 'ERROR call "boomB" failed'),
      ].join('\n'),
    };
    expect(hits({}, log).map(({ match }) => match.key)).toEqual(['boomA', 'boomB']);
  });

  it('ignores Pods that are gone', () => {
    expect(hits({}, { 'n/other/c': 'ERROR boom' })).toEqual([]);
  });
});

describe('quote', () => {
  const evidence = [
    { kind: 'log' as const, source: 'logs', text: 'a long line with words', query: 'log:x#1', redacted: false },
  ];

  it('is a literal only of what the evidence shows', () => {
    expect(quote(evidence, 'long  line')).toBe('`long line`');
    expect(quote(evidence, 'other')).toBe('');
    expect(quote(evidence, '')).toBe('');
  });
});
