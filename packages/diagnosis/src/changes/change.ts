import { canonicalJson, contentId } from '@headwater/core/ids.ts';
import { type Subject, subjectKey } from '@headwater/core/subject.ts';
import type { Millis } from '@headwater/core/time.ts';

export interface FieldChange {
  readonly path: string;
  readonly before?: string | undefined;
  readonly after?: string | undefined;
}

/** Something that was altered: a rollout, an edited ConfigMap, a flag, a node event. */
export interface Change {
  /** `chg_...`, made from content. */
  readonly id: string;
  readonly time: Millis;
  readonly source: 'rollout' | 'managed-fields' | 'journal' | 'event' | 'external' | 'created';
  readonly subject?: Subject | undefined;
  readonly title: string;
  readonly diff: readonly FieldChange[];
  /** Paths the writer left its signature on, where the difference itself is not known. */
  readonly signed?: readonly string[] | undefined;
  /** Who made it, in words: a field manager, a deployer with what it deploys, an autoscaler. */
  readonly actor?: string | undefined;
  /** The object that made it, when it is one: an Argo CD Application, a Flux HelmRelease, an autoscaler. */
  readonly actorSubject?: Subject | undefined;
  /** Set when only an interval is known: `time` is its beginning, this its end. */
  readonly until?: Millis | undefined;
}

/** A change with the id its content gives. */
export function makeChange(content: Omit<Change, 'id'>): Change {
  let id: string | undefined;
  return {
    // Of thousands of changes few are ever named.
    get id() {
      id ??= idOf(content);
      return id;
    },
    ...content,
  };
}

function idOf({ subject, actorSubject: _actor, signed: _signed, ...rest }: Omit<Change, 'id'>): string {
  return contentId('chg', canonicalJson({ ...rest, subject: subject ? subjectKey(subject) : null }));
}
