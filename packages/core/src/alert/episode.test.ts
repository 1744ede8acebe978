import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MINUTE, type Millis, SECOND } from '../time.ts';
import { decideSignal, type Episode, type Signal, type SignalReason } from './episode.ts';

const T = Date.parse('2026-03-01T10:00:00Z');

function firing(startsAt: Millis | null, endsAt: Millis | null = null): Signal {
  return { status: 'firing', startsAt, endsAt };
}

function resolved(startsAt: Millis | null, endsAt: Millis | null): Signal {
  return { status: 'resolved', startsAt, endsAt };
}

/** An alert's memory; what each signal meant. */
function memory(): {
  episodes: Map<Millis, Episode>;
  take(signal: Signal, at: Millis): SignalReason;
  list(): Episode[];
} {
  const episodes = new Map<Millis, Episode>();
  const list = (): Episode[] => [...episodes.values()].sort((left, right) => left.startsAt - right.startsAt);
  return {
    episodes,
    list,
    take(signal, at) {
      const { reason, put } = decideSignal(list(), signal, at);
      for (const episode of put) episodes.set(episode.startsAt, episode);
      return reason;
    },
  };
}

function spans(alert: ReturnType<typeof memory>): unknown[] {
  return alert
    .list()
    .map(({ startsAt, endsAt, endedBy }) => [startsAt - T, endsAt === null ? null : endsAt - T, endedBy]);
}

type Step = readonly [Signal, number, SignalReason];
const at = (seconds: number): Millis => T + seconds * SECOND;

describe('one signal after another', () => {
  const table: readonly (readonly [string, readonly Step[], readonly unknown[]])[] = [
    [
      'opens once and counts repeats',
      [
        [firing(T), 1, 'opened'],
        [firing(T), 2, 'repeated'],
        [firing(T), 3, 'repeated'],
      ],
      [[0, null, null]],
    ],
    [
      'resolves',
      [
        [firing(T), 1, 'opened'],
        [resolved(T, at(60)), 61, 'resolved'],
      ],
      [[0, 60_000, 'source']],
    ],
    ['opens nothing on a resolve alone', [[resolved(T, at(60)), 61, 'tombstone']], [[0, 60_000, 'source']]],
    [
      'ignores the start that a lagging replica tells after the end',
      [
        [resolved(T, at(60)), 61, 'tombstone'],
        [firing(T), 75, 'late-duplicate'],
      ],
      [[0, 60_000, 'source']],
    ],
    [
      'opens the same start again when it is told well after the end',
      [
        [firing(T), 1, 'opened'],
        [resolved(T, at(60)), 61, 'resolved'],
        [firing(T), 92, 'reopened'],
      ],
      [[0, null, null]],
    ],
    [
      'ends the older span where a new one starts',
      [
        [firing(T), 1, 'opened'],
        [firing(at(50)), 51, 'superseded'],
      ],
      [
        [0, 50_000, 'superseded'],
        [50_000, null, null],
      ],
    ],
    [
      'keeps an older start as replaced',
      [
        [firing(at(50)), 51, 'opened'],
        [firing(T), 52, 'outdated'],
        [firing(T), 53, 'outdated'],
      ],
      [
        [0, 50_000, 'superseded'],
        [50_000, null, null],
      ],
    ],
    [
      'believes the source on when a replaced span ended',
      [
        [firing(T), 1, 'opened'],
        [firing(at(50)), 51, 'superseded'],
        [resolved(T, at(40)), 52, 'end-corrected'],
      ],
      [
        [0, 40_000, 'source'],
        [50_000, null, null],
      ],
    ],
    [
      'ends an open span that a resolve of a slightly earlier start covers',
      [
        [firing(at(4)), 5, 'opened'],
        [resolved(T, at(60)), 61, 'resolved'],
      ],
      [
        [0, 60_000, 'source'],
        [4_000, 60_000, 'source'],
      ],
    ],
    [
      'takes a start inside a span that just ended for that span',
      [
        [resolved(T, at(60)), 61, 'tombstone'],
        [firing(at(4)), 70, 'late-duplicate'],
      ],
      [
        [0, 60_000, 'source'],
        [4_000, 60_000, 'source'],
      ],
    ],
    [
      'ends an older open span by the resolve of a newer one',
      [
        [firing(T), 1, 'opened'],
        [resolved(at(50), at(60)), 61, 'tombstone'],
      ],
      [
        [0, 50_000, 'superseded'],
        [50_000, 60_000, 'source'],
      ],
    ],
    [
      'knows a resolve told twice',
      [
        [firing(T), 1, 'opened'],
        [resolved(T, at(60)), 61, 'resolved'],
        [resolved(T, at(60)), 80, 'resolve-repeated'],
        [firing(T), 100, 'late-duplicate'],
      ],
      [[0, 60_000, 'source']],
    ],
    [
      'takes a start that is not known for the open span',
      [
        [firing(T), 1, 'opened'],
        [firing(null), 5, 'repeated'],
        [resolved(null, null), 9, 'resolved'],
      ],
      [[0, 9_000, 'source']],
    ],
    ['has nothing to end', [[resolved(null, null), 9, 'nothing-open']], []],
    [
      'ends nothing in the future',
      [
        [firing(T), 1, 'opened'],
        [resolved(T, at(600)), 61, 'resolved'],
      ],
      [[0, 61_000, 'source']],
    ],
  ];

  it.each(table)('%s', (_, steps, left) => {
    const alert = memory();
    for (const [signal, seconds, reason] of steps) expect(alert.take(signal, at(seconds))).toBe(reason);
    expect(spans(alert)).toEqual(left);
  });

  it('carries a future end as an expiry, renewed by each repeat and dropped when a repeat has none', () => {
    const alert = memory();
    alert.take(firing(T, at(240)), at(1));
    expect(alert.list()[0]?.expiresAt).toBe(at(240));
    alert.take(firing(T, at(300)), at(60));
    expect(alert.list()[0]).toMatchObject({ expiresAt: at(300), repeats: 1, status: 'firing' });
    alert.take(firing(T), at(61));
    expect(alert.list()[0]?.expiresAt).toBeNull();
  });

  it('opens an expired span again at once: its source never said that it ended', () => {
    const alert = memory();
    alert.take(firing(T, at(10)), at(1));
    alert.episodes.set(T, {
      ...(alert.list()[0] as Episode),
      status: 'resolved',
      endsAt: at(10),
      endedBy: 'expired',
      expiresAt: null,
      resolvedReceivedAt: at(11),
    });
    expect(alert.take(firing(T, at(40)), at(12))).toBe('reopened');
    expect(spans(alert)).toEqual([[0, null, null]]);
  });

  it('keeps who ended a span when a person came before the source', () => {
    const alert = memory();
    alert.take(firing(T), at(1));
    alert.episodes.set(T, {
      ...(alert.list()[0] as Episode),
      status: 'resolved',
      endsAt: at(10),
      endedBy: 'person',
      resolvedReceivedAt: at(10),
    });
    expect(alert.take(resolved(T, at(60)), at(61))).toBe('resolve-repeated');
    expect(spans(alert)).toEqual([[0, 10_000, 'person']]);
  });
});

interface Span {
  readonly startsAt: Millis;
  readonly endsAt: Millis | null;
}

// True histories of one alert: spans that do not touch; the last may still fire.
const history: fc.Arbitrary<readonly Span[]> = fc
  .tuple(
    fc.array(fc.tuple(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 300 })), {
      minLength: 1,
      maxLength: 5,
    }),
    fc.boolean(),
  )
  .map(([pairs, stillFires]) => {
    let clock = T;
    return pairs.map(([gap, length], index) => {
      const startsAt = clock + gap * SECOND;
      clock = startsAt + length * SECOND;
      return { startsAt, endsAt: stillFires && index === pairs.length - 1 ? null : clock };
    });
  });

const messages = (spansOf: readonly Span[]): Signal[] =>
  spansOf.flatMap(({ startsAt, endsAt }) => [
    firing(startsAt),
    ...(endsAt === null ? [] : [resolved(startsAt, endsAt)]),
  ]);

function expectSound(alert: ReturnType<typeof memory>): void {
  expect(alert.list().filter(({ status }) => status === 'firing').length).toBeLessThanOrEqual(1);
  for (const { status, endsAt, endedBy, startsAt } of alert.list()) {
    expect([endsAt === null, endedBy === null]).toEqual([status === 'firing', status === 'firing']);
    if (endsAt !== null) expect(endsAt).toBeGreaterThanOrEqual(startsAt);
  }
}

describe('streams of two replicas', () => {
  it('end in the same episodes however they are doubled and shuffled within the lag of a replica', () => {
    const streams = history.chain((spansOf) => {
      const sent = messages(spansOf);
      const twice = [...sent, ...sent, ...sent];
      return fc.record({
        spansOf: fc.constant(spansOf),
        order: fc.shuffledSubarray(twice, { minLength: twice.length, maxLength: twice.length }),
      });
    });
    fc.assert(
      fc.property(streams, ({ spansOf, order }) => {
        const alert = memory();
        const start = Math.max(...spansOf.map(({ startsAt, endsAt }) => endsAt ?? startsAt));
        for (const [index, signal] of order.entries()) {
          alert.take(signal, start + index * 500);
          expectSound(alert);
        }
        const found = alert.list().map(({ startsAt, endsAt }) => ({ startsAt, endsAt }));
        expect(found).toEqual(spansOf);
      }),
      { numRuns: 300 },
    );
  });

  it('never leave two open and heal with the last word, whatever the delays', () => {
    const streams = history.chain((spansOf) =>
      fc.record({
        spansOf: fc.constant(spansOf),
        order: fc.array(fc.tuple(fc.constantFrom(...messages(spansOf)), fc.integer({ min: 0, max: 5 * MINUTE })), {
          maxLength: 30,
        }),
      }),
    );
    fc.assert(
      fc.property(streams, ({ spansOf, order }) => {
        const alert = memory();
        let clock = Math.max(...spansOf.map(({ startsAt, endsAt }) => endsAt ?? startsAt));
        for (const [signal, delay] of order) {
          clock += delay;
          alert.take(signal, clock);
          expectSound(alert);
        }
        const last = spansOf.at(-1) as Span;
        alert.take(last.endsAt === null ? firing(last.startsAt) : resolved(last.startsAt, last.endsAt), clock + MINUTE);
        expectSound(alert);
        const known = new Set(spansOf.map(({ startsAt }) => startsAt));
        expect(alert.list().every(({ startsAt }) => known.has(startsAt))).toBe(true);
        expect(alert.list().some(({ status }) => status === 'firing')).toBe(last.endsAt === null);
      }),
      { numRuns: 300 },
    );
  });
});
