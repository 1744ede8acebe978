import type { ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import { contentId } from '@headwater/core/ids.ts';
import { formatTime } from '@headwater/core/time.ts';
import { ageOf } from './clock.ts';
import { rowsOf } from './describe.ts';

/** Event objects from the `Events:` table of a describe. `now` in milliseconds. */
export function parseEvents(
  lines: readonly string[],
  about: { kind: string; namespace?: string; name: string },
  now: number,
): ObjectOf<'Event'>[] {
  const events: ObjectOf<'Event'>[] = [];
  for (const [type, reason, age = '', from = '', ...message] of rowsOf(lines)) {
    if (!reason || (type !== 'Normal' && type !== 'Warning')) continue;
    const repeated = age.includes('(') ? /^(\S+) \(x(\d+) over (\S+)\)/.exec(age) : null;
    const last = now - ageOf(repeated?.[1] ?? age);
    const first = repeated?.[3] ? now - ageOf(repeated[3]) : last;
    const lastTimestamp = formatTime(last);
    const text = message.join('  ');
    events.push({
      apiVersion: 'v1',
      kind: 'Event',
      metadata: {
        name: `${about.name}.${contentId('e', `${about.kind}${reason}${text}${first}`)}`,
        namespace: about.namespace ?? 'default',
      },
      involvedObject: about,
      type,
      reason,
      message: text,
      count: repeated?.[2] ? Number(repeated[2]) : 1,
      firstTimestamp: first === last ? lastTimestamp : formatTime(first),
      lastTimestamp,
      source: { component: from },
    });
  }
  return events;
}
