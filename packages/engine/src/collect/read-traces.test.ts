import type { Span } from '@headwater/diagnosis/snapshot/input.ts';
import { MINUTE } from '@headwater/core/time.ts';
import { expect, it } from 'vitest';
import type { TraceReader } from '../ports/telemetry.ts';
import { readTraces } from './read-traces.ts';

const WINDOW = { from: 0, to: 60 * MINUTE };

function span(traceId: string, durationMs: number): Span {
  return {
    traceId,
    spanId: traceId,
    parentSpanId: null,
    service: 'web',
    name: 'GET /',
    kind: 'server',
    start: 0,
    durationMs,
    error: false,
    statusMessage: '',
    attributes: {},
    resource: {},
  };
}

function fake(answers: (asked: string) => readonly string[] | null): TraceReader & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    search: ({ tags, where, window }) => {
      const text = `${Object.values(tags).join()} ${(where ?? []).join(' && ')} ${window.from / MINUTE}-${window.to / MINUTE}`;
      asked.push(text);
      const items = answers(text);
      return Promise.resolve(
        items === null ? { state: 'unreachable', message: 'no' } : { state: 'read', items, cut: null },
      );
    },
    trace: (id) => Promise.resolve({ state: 'read', items: [span(id, 20)], cut: null }),
    close: () => Promise.resolve(),
  };
}

it('reads normal traces of before, and failed, slow and recent ones of the incident, each once', async () => {
  const reader = fake((asked) =>
    asked.endsWith('0-40') ? ['a', 'b', 'c', 'd', 'e'] : asked.includes('error') ? ['f'] : ['f', 'g'],
  );
  const request = { namespaces: ['shop'], services: ['web-', 'x"y'], onset: 50 * MINUTE, window: WINDOW };
  const { spans, gaps } = await readTraces(reader, request);
  expect(gaps).toEqual([]);
  expect(spans.map(({ traceId }) => traceId).join('')).toBe('abcdefg');
  expect(reader.asked).toEqual([
    'shop  0-40',
    'shop status = error 40-60',
    'shop duration > 40ms 40-60',
    'shop  40-60',
    ' resource.service.name =~ "web" 0-40',
    ' resource.service.name =~ "web" && status = error 40-60',
    ' resource.service.name =~ "web" 40-60',
  ]);
});

it('stops at a refusal and says so', async () => {
  const reader = fake(() => null);
  const { gaps } = await readTraces(reader, { namespaces: ['shop'], services: ['web-'], onset: null, window: WINDOW });
  expect(reader.asked).toHaveLength(1);
  expect(gaps.map(({ statement }) => statement)).toEqual(['Traces could not be read: no']);
});
