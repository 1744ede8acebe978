import { type FixtureSpan, fixtureInput } from '@headwater/testkit/fixture-snapshot.ts';
import { describe, expect, it } from 'vitest';
import { buildSnapshot } from '../../snapshot/snapshot.ts';
import { spanWindows } from './recent-spans.ts';

const START = Date.parse('2026-03-01T09:40:00Z');
const SECOND = 1000;

/** One request every ten seconds over twenty minutes, of which those that `fails` says go wrong. */
function traffic(fails: (index: number) => boolean, fields: Partial<FixtureSpan> = {}): FixtureSpan[] {
  return Array.from({ length: 120 }, (_, index) => ({
    traceId: `${fields.name ?? 'get'}-${fields.attributes?.['server.address'] ?? ''}-${index}`,
    spanId: 'a',
    parentSpanId: null,
    service: 'cart',
    name: 'get',
    kind: 'server',
    start: START + index * 10 * SECOND,
    durationMs: 20,
    error: fails(index),
    ...fields,
  }));
}

function recentFailures(...spans: FixtureSpan[][]): number {
  const snapshot = buildSnapshot(fixtureInput({ traces: spans.flat() }));
  return spanWindows(snapshot).recent.filter(({ span }) => span.error).length;
}

describe('spanWindows', () => {
  it('parts the last quarter from what went before', () => {
    const { from, recent, earlier } = spanWindows(buildSnapshot(fixtureInput({ traces: traffic(() => false) })));
    expect([...earlier, ...recent]).toHaveLength(120);
    expect(recent).toHaveLength(30);
    expect(from).toBeGreaterThan(earlier.at(-1)?.span.start ?? 0);
  });

  it('keeps failures that go on', () => {
    expect(recentFailures(traffic((index) => index > 60))).toBe(30);
  });

  it('keeps a share of failures, whose last three calls happen to go well', () => {
    expect(recentFailures(traffic((index) => index > 60 && index < 117 && index % 3 === 0))).toBeGreaterThan(5);
  });

  it('forgets what failed always and goes well four times since', () => {
    expect(recentFailures(traffic((index) => index > 60 && index < 116))).toBe(0);
    expect(recentFailures(traffic((index) => index > 60 && index < 117))).toBeGreaterThan(0);
  });

  it('forgets a share of failures once as many good calls in a row are no chance', () => {
    expect(recentFailures(traffic((index) => index < 105 && index % 3 === 0))).toBe(0);
  });

  it('does not take the recovery of one callee for that of another', () => {
    const call = (host: string) => ({ kind: 'client' as const, attributes: { 'server.address': host } });
    const mended = traffic((index) => index < 100, call('one'));
    const failing = traffic((index) => index > 60, call('two'));
    expect(recentFailures(mended, failing)).toBe(30);
  });

  it('says nothing of the present by traces that ended long ago', () => {
    const old = traffic(() => true).map((span) => ({ ...span, start: (span.start ?? 0) - 3 * 3600 * SECOND }));
    const { recent, earlier } = spanWindows(buildSnapshot(fixtureInput({ traces: old })));
    expect([recent.length, earlier.length]).toEqual([0, 120]);
  });
});
