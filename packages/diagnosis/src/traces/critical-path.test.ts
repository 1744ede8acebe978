import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emptyInput, type Span } from '../snapshot/input.ts';
import { buildSnapshot } from '../snapshot/snapshot.ts';
import { criticalPath, pathShares } from './critical-path.ts';

const NOW = Date.UTC(2026, 2, 1, 10, 30);

function span(
  spanId: string,
  parentSpanId: string | null,
  at: number,
  ...[durationMs, change = {}]: readonly [number, Partial<Span>?]
): Span {
  return {
    traceId: 't',
    spanId,
    parentSpanId,
    service: spanId,
    name: 'GET /',
    kind: 'server',
    start: NOW - 1_000_000 + at,
    durationMs,
    error: false,
    statusMessage: '',
    attributes: {},
    resource: { 'k8s.namespace.name': 'shop', 'k8s.deployment.name': spanId },
    ...change,
  };
}

function pathOf(spans: readonly Span[]): Record<string, number> {
  const [root] = spans;
  if (!root) throw new Error('no root');
  const children = ({ spanId }: Span) => spans.filter((one) => one.parentSpanId === spanId);
  return Object.fromEntries(criticalPath(root, children).map(({ span: { spanId }, ms }) => [spanId, ms]));
}

describe('criticalPath', () => {
  it('is the slower of two parallel calls, with what follows and precedes it', () => {
    const spans = [
      span('web', null, 0, 100),
      span('fast', 'web', 10, 20),
      span('slow', 'web', 10, 70),
      span('db', 'slow', 20, 50),
    ];
    expect(pathOf(spans)).toEqual({ web: 30, slow: 20, db: 50 });
  });

  it('takes calls one after the other all', () => {
    expect(pathOf([span('web', null, 0, 100), span('a', 'web', 0, 40), span('b', 'web', 40, 50)])).toEqual({
      web: 10,
      a: 40,
      b: 50,
    });
  });

  it('adds up to the duration of the request, whatever the trace', () => {
    const any = fc.array(fc.record({ parent: fc.nat(20), at: fc.nat(100), ms: fc.nat(120) }), { maxLength: 20 });
    fc.assert(
      fc.property(any, (calls) => {
        const spans = [
          span('s0', null, 0, 100),
          ...calls.map(({ parent, at, ms }, index) => span(`s${index + 1}`, `s${parent % (index + 1)}`, at, ms)),
        ];
        const total = Object.values(pathOf(spans)).reduce((sum, ms) => sum + ms, 0);
        expect(total).toBeCloseTo(100);
      }),
    );
  });

  it('ends where spans are their own ancestors', () => {
    expect(pathOf([span('a', 'b', 0, 10), span('b', 'a', 0, 10)])).toEqual({ a: 0, b: 0 });
  });
});

describe('pathShares', () => {
  it('blames whose part of the path grew, not who waits for it nor who is slow beside it', () => {
    const traces = Array.from({ length: 12 }, (_, index) => {
      const traceId = `t${index}`;
      const [start, slow] = [index * 10_000, index >= 6 ? 60 : 0];
      return [
        span('web', null, start, 100 + slow, { traceId }),
        span('db', 'web', start + 10, 50 + slow, { traceId }),
        span('aside', 'web', start + 10, index >= 6 ? 45 : 5, { traceId }),
      ];
    }).flat();
    const shares = pathShares(buildSnapshot({ ...emptyInput(NOW), traces }), NOW - 1_000_000 + 60_000);
    expect(shares.map(({ subject, ofGrowth }) => `${subject.name} ${ofGrowth.toFixed(2)}`)).toEqual([
      'db 1.00',
      'web 0.00',
    ]);
  });
});
