import { type Subject, subjectKey } from '../subject.ts';

/** What correlation needs to know of an episode to tell what it is about. */
export interface KeySource {
  readonly fingerprint: string;
  readonly namespace: string | null;
  readonly groupKey: string | null;
  /** The top of the owner chain of the alert's subject, or the subject itself; null when it could not be resolved. */
  readonly root: Subject | null;
}

export interface CorrelationKeys {
  /** The key the episode is about: its root owner, else its group in its namespace, else the alert itself. */
  readonly primary: string;
  /** The Alertmanager group in the episode's namespace; null when the group says nothing. */
  readonly group: string | null;
}

/** The correlation keys of an episode: equal keys in one cluster mean one incident. */
export function correlationKeys(source: KeySource): CorrelationKeys {
  const group = groupKeyOf(source);
  if (source.root) return { primary: subjectKey(source.root), group: source.namespace ? group : null };
  return { primary: group ?? alertKey(source.fingerprint), group };
}

/** The key of one alert alone, for what relates to nothing else. */
export function alertKey(fingerprint: string): string {
  return `alert:${fingerprint}`;
}

function groupKeyOf({ groupKey, namespace }: KeySource): string | null {
  if (groupKey === null || !isTelling(groupKey)) return null;
  return `group:${groupKey}|${namespace ?? ''}`;
}

// A route without group labels puts every alert it matches into one group, which says nothing about what belongs together.
function isTelling(groupKey: string): boolean {
  return groupKey !== '' && !/(^|:)\{\}$/.test(groupKey);
}

/** The subject a key names; null for keys of groups and single alerts. */
export function subjectOfKey(key: string): Subject | null {
  const match = /^([A-Z][A-Za-z0-9]*)\/([^/]*)\/(.+)$/.exec(key);
  if (!match) return null;
  const [, kind = '', namespace, name = ''] = match;
  return { kind, ...(namespace ? { namespace } : {}), name };
}
