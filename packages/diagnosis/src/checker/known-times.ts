import type { Diagnosis, Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { formatTime, parseTime } from '@headwater/core/time.ts';
import { once } from '../snapshot/once.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';

const STAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/;

/**
 * The moments (RFC 3339) a reader of a diagnosis can see something at: in its evidence, the events, the alerts, the changes and
 * the causes' objects. They are many and the questions few: nothing is collected beforehand.
 */
export function knownTimes(
  snapshot: Snapshot,
  pieces: readonly Evidence[],
  causes: Diagnosis['causes'],
): Pick<ReadonlySet<string>, 'has'> {
  const objects = once(() =>
    causes.flatMap(({ subject }) =>
      [snapshot.objects.find(subject), ...snapshot.owners.pods(subject)].map((object) => JSON.stringify(object) ?? ''),
    ),
  );
  return {
    has: (text) =>
      pieces.some(({ time }) => time === text) ||
      isMoment(text) ||
      (STAMP.test(text) &&
        (pieces.some((piece) => piece.text.includes(text)) || objects().some((object) => object.includes(text)))),
  };

  function isMoment(text: string): boolean {
    const time = parseTime(text);
    return (
      time !== null &&
      formatTime(time) === text &&
      (pieces.some(({ series }) => series?.samples.some(([at]) => Math.trunc(at) === time)) ||
        snapshot.alerts.some(({ startsAt }) => startsAt === time) ||
        snapshot.changes.all.some((change) => change.time === time) ||
        snapshot.events.unordered().some(({ first, last }) => first === time || last === time))
    );
  }
}
