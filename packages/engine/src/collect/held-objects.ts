import type { Gap } from '@headwater/contracts/diagnosis/diagnosis.ts';
import type { CachedObjects } from '../ports/cluster.ts';
import type { ObjectsRead } from './read-objects.ts';

/** With more kinds than this behind one reason, the reason is the news and not each kind. */
const NAMED_ALONE = 4;

/** What informers hold, in the shape a fresh read has: coverage and gaps, one gap for many kinds that share a reason. */
export function heldObjects({ objects, kinds }: CachedObjects): ObjectsRead {
  const away = kinds.filter(({ state }) => state !== 'read');
  const reasons = Map.groupBy(away, ({ state, message }) => `${state} ${reasonOf(message)}`);
  return {
    objects,
    coverage: kinds.map(({ kind, state }) => ({ kind, state })),
    gaps: [...reasons.values()].flatMap((group) =>
      group.length <= NAMED_ALONE ? group.map(gapOf) : [gapOfMany(group)],
    ),
  };
}

type Kind = CachedObjects['kinds'][number];

// Messages name the path they are about, which differs from kind to kind.
function reasonOf(message: string): string {
  return message.replaceAll(/\/[^\s:"]*/g, '/…').replaceAll(/"[^"]*"/g, '"…"');
}

function gapOf({ kind, state, message }: Kind): Gap {
  return {
    source: kind,
    statement: `${kind} objects ${wordsOf(state)}: ${message}`,
    wouldShow: `the state of ${kind} objects`,
  };
}

function gapOfMany(group: readonly Kind[]): Gap {
  const [first] = group;
  const named = group.slice(0, NAMED_ALONE).map(({ kind }) => kind);
  return {
    source: 'objects',
    statement: `Objects of ${group.length} kinds (${named.join(', ')} and others) ${wordsOf(first?.state ?? 'unreachable')}: ${first?.message ?? ''}`,
    wouldShow: 'the state of these objects now',
  };
}

function wordsOf(state: Kind['state']): string {
  return state === 'forbidden' ? 'may not be listed' : 'cannot be followed';
}
