import { HOUR, MINUTE } from '@headwater/core/time.ts';
import { describe, expect, it } from 'vitest';
import { type Change, makeChange } from './change.ts';
import { relevanceOf, type Standing } from './relevance.ts';

const ONSET = Date.parse('2026-03-01T10:00:00Z');

function change(minutesBefore: number, more: Partial<Change> = {}): Change {
  return makeChange({
    time: ONSET - minutesBefore * MINUTE,
    source: 'journal',
    subject: { kind: 'ConfigMap', namespace: 'shop', name: 'flags' },
    title: 'ConfigMap shop/flags was changed',
    diff: [],
    ...more,
  });
}
const weight = (one: Change, standing: Standing): number => relevanceOf(one, standing, ONSET).weight;
const path = (hops: number): Standing => ({ of: 'path', hops, to: 'Deployment shop/cart' });

describe('the relevance of a change', () => {
  it('falls with each step from the symptom, and is least where no way leads', () => {
    const fell = [path(0), path(1), path(2), path(3), path(4)].map((standing) => weight(change(10), standing));
    expect(fell).toEqual([...fell].sort((left, right) => right - left));
    expect(new Set(fell).size).toBe(fell.length);
    expect(weight(change(10), path(4))).toBeGreaterThan(weight(change(10), { of: 'namespace' }));
    expect(weight(change(10), { of: 'namespace' })).toBeGreaterThan(weight(change(10), { of: 'elsewhere' }));
  });

  it('falls with the time before the onset, but never to nothing', () => {
    const at = [1, 30, 120, 1_200].map((minutes) => weight(change(minutes), path(1)));
    expect(at).toEqual([...at].sort((left, right) => right - left));
    expect(at.at(-1)).toBeGreaterThan(0.2);
    expect(at[0]).toBeGreaterThan(0.8);
  });

  it('puts a near change on the way before an hours old one on the alerted object, and a blamed one first', () => {
    expect(weight(change(5), path(1))).toBeGreaterThan(weight(change(300), path(0)));
    expect(weight(change((20 * HOUR) / MINUTE), { of: 'blamed' })).toBe(1);
  });

  it('counts what follows load by itself for half', () => {
    const scaled = change(10, { actorSubject: { kind: 'HorizontalPodAutoscaler', namespace: 'shop', name: 'cart' } });
    expect(weight(scaled, path(0))).toBeLessThan(weight(change(10), path(0)) * 0.6);
    const event = change(10, { source: 'event', title: 'ScalingReplicaSet: Scaled up to 5' });
    expect(weight(event, path(0))).toBe(weight(scaled, path(0)));
  });

  it.each([
    [path(0), '10m before the onset, on the alerted Deployment shop/cart'],
    [path(1), '10m before the onset, 1 step from Deployment shop/cart'],
    [path(3), '10m before the onset, 3 steps from Deployment shop/cart'],
    [{ of: 'cause' }, '10m before the onset, on the cause itself'],
    [{ of: 'elsewhere' }, '10m before the onset, on no path to the alerted objects'],
  ] satisfies [Standing, string][])('says so: %o', (standing, words) => {
    expect(relevanceOf(change(10), standing, ONSET).words).toBe(words);
  });
});
