import { fixtureInput } from '@headwater/testkit/fixture-snapshot.ts';
import { describe, expect, it } from 'vitest';
import { indexEvents } from './events.ts';
import { indexObjects } from './objects.ts';

const NOON = Date.UTC(2026, 0, 1, 12);
const POD = { kind: 'Pod', namespace: 'shop', name: 'web' } as const;

function event(name: string, time: string, rest: object = {}): object {
  const about = { metadata: { namespace: 'shop', name }, involvedObject: { ...POD, uid: 'now' } };
  return {
    apiVersion: 'v1',
    kind: 'Event',
    reason: 'BackOff',
    firstTimestamp: time,
    lastTimestamp: time,
    ...about,
    ...rest,
  };
}

function indexed(objects: readonly object[]) {
  return indexEvents(indexObjects(fixtureInput({ objects }).objects, []), NOON);
}

const names = (records: readonly { readonly name: string }[]): string[] => records.map(({ name }) => name);

describe('indexEvents', () => {
  const events = [
    event('late', '2026-01-01T11:59:00Z'),
    event('b', '2026-01-01T11:00:00Z'),
    event('a', '2026-01-01T11:00:00Z'),
    event('other', '2026-01-01T10:00:00Z', { reason: 'Pulled', involvedObject: { ...POD, kind: 'Service' } }),
    event('future', '2026-01-01T12:00:01Z'),
  ];

  it('gives events oldest first, those of one moment by name, and none of the future', () => {
    const index = indexed(events);
    expect(names(index.unordered()).toSorted()).toEqual(['a', 'b', 'late', 'other']);
    expect(names(index.withReason('BackOff'))).toEqual(['a', 'b', 'late']);
    expect(names(index.of(POD))).toEqual(['a', 'b', 'late']);
    expect(names(index.of(POD, 'Pulled'))).toEqual([]);
    expect(index.get('shop', 'late')?.subject).toEqual(POD);
    expect(index.get('shop', 'future')).toBeUndefined();
  });

  it('calls an event stale where an object of another uid has taken the name, and only there', () => {
    const { objects } = fixtureInput({ objects: events });
    const pod = (uid: string) =>
      fixtureInput({ objects: [{ apiVersion: 'v1', kind: 'Pod', metadata: { ...POD, uid } }] });
    const stale = (uid: string): readonly boolean[] =>
      indexEvents(indexObjects([...objects, ...pod(uid).objects], []), NOON)
        .of(POD)
        .map((record) => record.stale);
    expect(stale('next')).toEqual([true, true, true]);
    expect(stale('now')).toEqual([false, false, false]);
  });
});
