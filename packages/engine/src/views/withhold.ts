import type { Diagnosis } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { covers, type Scope } from '@headwater/core/access/scope.ts';
import { isJsonObject } from '@headwater/core/json.ts';
import type { StoredEvent } from '../ports/store/events.ts';

/** What stands where something of a namespace the caller may not read would stand. */
export const WITHHELD = '(withheld)';

const CAUSE_ELSEWHERE = 'The cause lies in a namespace you may not read';

interface CauseFields {
  readonly cluster: string;
  readonly title: string;
  readonly titleBy?: 'alerts' | 'diagnosis' | 'person';
  readonly cause: string | null;
  readonly causeNamespace: string | null;
}

/** The same row, without the words of a cause that lies in a namespace outside the scope. */
export function withholdCause<T extends CauseFields>(scope: Scope, row: T): T {
  if (causeIsVisible(scope, row)) return row;
  const title = row.titleBy === 'diagnosis' ? CAUSE_ELSEWHERE : row.title;
  return { ...row, title, cause: row.cause === null ? null : CAUSE_ELSEWHERE };
}

/** Whether the caller may read what the incident says of its cause. */
export function causeIsVisible(scope: Scope, row: Pick<CauseFields, 'cluster' | 'causeNamespace'>): boolean {
  return row.causeNamespace === null || namespaceIsVisible(scope, row.cluster, row.causeNamespace);
}

/** Whether a namespace of a cluster is in the scope; what has no namespace belongs to whoever sees the incident. */
export function namespaceIsVisible(scope: Scope, cluster: string, namespace: string | null | undefined): boolean {
  return namespace === null || namespace === undefined || covers(scope, { cluster, namespaces: [namespace] });
}

// Events whose words may be about another namespace than the incident's: where that is said, and what then stands for the words.
const ABOUT_ELSEWHERE: Readonly<Record<string, { namespace: string; words: string; instead: string }>> = {
  'incident.diagnosed': { namespace: 'causeNamespace', words: 'summary', instead: CAUSE_ELSEWHERE },
  'incident.remediation': { namespace: 'targetNamespace', words: 'statement', instead: WITHHELD },
};

/** The same event, without its words when they are about a namespace outside the scope. */
export function withholdEvent(scope: Scope, event: StoredEvent): StoredEvent {
  const about = ABOUT_ELSEWHERE[event.kind];
  const namespace = about && event.payload[about.namespace];
  if (!about || typeof namespace !== 'string') return event;
  if (namespaceIsVisible(scope, event.cluster ?? '', namespace)) return event;
  return { ...event, payload: { ...event.payload, [about.namespace]: null, [about.words]: about.instead } };
}

/** A diagnosis as far as the scope reaches, and the ids of the evidence that was left out. */
export function withholdDiagnosis(
  scope: Scope,
  cluster: string,
  body: Diagnosis,
): { readonly body: Diagnosis; readonly withheld: readonly string[] } {
  const outside = [...namespacesIn(body)].filter((namespace) => !namespaceIsVisible(scope, cluster, namespace));
  if (outside.length === 0) return { body, withheld: [] };
  const hidden = new Set(outside);
  const words = [...outside, ...namesOutside(body, hidden)].map(escaped);
  const named = new RegExp(`(?<![\\w-])(?:${words.join('|')})(?![\\w-])`, 'i');
  const masked = maskValue(body, { hidden, named }) as Diagnosis;
  const withheld: string[] = [];
  const evidence: Diagnosis['evidence'] = {};
  for (const [id, item] of Object.entries(body.evidence)) {
    const namespace = item.subject?.namespace;
    const kept = masked.evidence[id];
    if (namespace === undefined || !hidden.has(namespace)) {
      if (kept) evidence[id] = kept;
      continue;
    }
    withheld.push(id);
    evidence[id] = { kind: item.kind, source: item.source, text: WITHHELD, query: '', redacted: true };
  }
  // A difference names no object, so that only where it was made tells that it is not for these eyes.
  const changes = body.changes.map((change, place) =>
    change.subject?.namespace !== undefined && hidden.has(change.subject.namespace)
      ? { id: change.id, time: change.time, title: WITHHELD, relevance: WITHHELD }
      : (masked.changes[place] ?? change),
  );
  return { body: { ...masked, changes, evidence }, withheld };
}

interface Mask {
  readonly hidden: ReadonlySet<string>;
  readonly named: RegExp;
}

// Words of the contract, which may happen to be the name of a namespace.
const CONTRACT_WORDS: ReadonlySet<string> = new Set([
  'schema',
  'verdict',
  'kind',
  'apiVersion',
  'category',
  'band',
  'risk',
  'id',
  'time',
  'onset',
  'evidence',
  'supports',
  'contradicts',
  'findings',
]);

function maskValue(value: unknown, mask: Mask): unknown {
  if (typeof value === 'string') return mask.named.test(value) ? WITHHELD : value;
  if (Array.isArray(value)) return value.map((item) => maskValue(item, mask));
  if (!isJsonObject(value)) return value;
  const { kind, namespace } = value;
  if (typeof kind === 'string' && typeof namespace === 'string' && mask.hidden.has(namespace))
    return { kind, name: WITHHELD };
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      CONTRACT_WORDS.has(key) && !isJsonObject(item) ? item : maskValue(item, mask),
    ]),
  );
}

/** Names of objects in the hidden namespaces that no visible object shares. */
function namesOutside(body: unknown, hidden: ReadonlySet<string>): readonly string[] {
  const names = { inside: new Set<string>(), outside: new Set<string>() };
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) for (const item of value) visit(item);
    if (!isJsonObject(value)) return;
    const { kind, name, namespace } = value;
    if (typeof kind === 'string' && typeof name === 'string')
      names[typeof namespace === 'string' && hidden.has(namespace) ? 'outside' : 'inside'].add(name);
    for (const item of Object.values(value)) visit(item);
  };
  visit(body);
  return [...names.outside].filter((name) => !names.inside.has(name));
}

function namespacesIn(value: unknown, found = new Set<string>()): ReadonlySet<string> {
  if (Array.isArray(value)) for (const item of value) namespacesIn(item, found);
  if (!isJsonObject(value)) return found;
  if (typeof value['namespace'] === 'string') found.add(value['namespace']);
  for (const item of Object.values(value)) namespacesIn(item, found);
  return found;
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
