import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';
import type { Millis } from '@headwater/core/time.ts';
import type { JournalEntry } from '@headwater/diagnosis/snapshot/input.ts';
import type { JournalRepository, StoredState } from '../ports/store/journal.ts';
import { objectOf } from './drafts.ts';

/** The part of a journal that one diagnosis looks at. */
export interface JournalWindow {
  readonly from: Millis;
  readonly to: Millis;
  /** The namespaces the incident speaks of. */
  readonly namespaces: readonly string[];
}

/** What a journal tells of a window. */
export interface JournalRead {
  readonly entries: readonly JournalEntry[];
  /** When the journal of the cluster began; null when nothing was listed yet. */
  readonly since: Millis | null;
}

// The newest are read; an incident rarely has more than a few dozen changes before it.
const MAX_NEAR = 1_500;
const MAX_FAR = 500;

/**
 * What the journal tells of a window, as a diagnosis reads it: changes in the incident's namespaces and of what belongs to the
 * cluster, then the newest elsewhere, for a cause may lie there.
 */
export async function journalWindow(
  journal: Pick<JournalRepository, 'states' | 'followed'>,
  { from, to, namespaces, cluster }: JournalWindow & { readonly cluster: string },
): Promise<JournalRead> {
  const near = await journal.states({ cluster, from, to, within: namespaces, without: [], limit: MAX_NEAR });
  const far = await journal.states({ cluster, from, to, within: null, without: namespaces, limit: MAX_FAR });
  const states = new Map(
    [...near, ...far].map((state) => [`${state.objectId} ${state.resourceVersion} ${state.act}`, state]),
  );
  const entries = [...states.values()].flatMap((state) => entriesOf(state, to));
  entries.sort((left, right) => left.observedAt - right.observedAt);
  return { entries, since: (await journal.followed(cluster))?.since ?? null };
}

function entriesOf(state: StoredState, now: Millis): JournalEntry[] {
  const { act, at, noEarlierThan, previousBody } = state;
  // Our clock and the cluster's may differ; nothing later than the diagnosis counts.
  const observedAt = Math.min(noEarlierThan === null ? at : state.observedAt, now);
  const before: JournalEntry[] =
    previousBody === null || act !== 'changed'
      ? []
      : [
          {
            observedAt: Math.min(noEarlierThan ?? at, observedAt) - 1,
            type: 'MODIFIED',
            object: objectOf(previousBody),
            complete: true,
          },
        ];
  return [
    ...before,
    {
      observedAt,
      type: act === 'created' ? 'ADDED' : act === 'deleted' ? 'DELETED' : 'MODIFIED',
      object: dated(state),
      ...(noEarlierThan === null ? {} : { after: noEarlierThan }),
      complete: true,
    },
  ];
}

// A stored body has no times of its own: they stand beside it, and go where a diagnosis looks for them.
function dated({ act, at, noEarlierThan, writer, resourceVersion, body }: StoredState): KubeObject {
  const object = objectOf(body);
  const time = new Date(at).toISOString();
  return {
    ...object,
    metadata: {
      ...object.metadata,
      resourceVersion,
      ...(act === 'created' ? { creationTimestamp: time } : {}),
      ...(act === 'deleted' && noEarlierThan === null ? { deletionTimestamp: time } : {}),
      ...(writer ? { managedFields: [{ ...writer }] } : {}),
    },
  };
}
