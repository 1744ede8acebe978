import type { KubeObject, ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import { compareText, type Subject, subjectKey } from '@headwater/core/subject.ts';
import { type Millis, parseTime } from '@headwater/core/time.ts';
import type { ObjectIndex } from './objects.ts';
import { once } from './once.ts';
import { perObject } from './per-object.ts';

/** One Event, core/v1 or events.k8s.io/v1, in one shape. */
export interface EventRecord {
  /** Namespace and name of the Event object itself. */
  readonly namespace: string;
  readonly name: string;
  readonly subject: Subject;
  readonly type: string;
  readonly reason: string;
  readonly message: string;
  readonly count: number;
  readonly first: Millis | null;
  readonly last: Millis | null;
  readonly component: string;
  /** True when the uid says it was about an earlier object of the same name. */
  readonly stale: boolean;
}

export interface EventIndex {
  /** Every event, oldest first. */
  readonly all: readonly EventRecord[];
  /** Events about a subject, oldest first; of one reason when given. */
  of(subject: Subject, reason?: string): readonly EventRecord[];
  withReason(reason: string): readonly EventRecord[];
  get(namespace: string, name: string): EventRecord | undefined;
}

/** Normalises and indexes the Events of a snapshot; events after `now` are dropped. */
export function indexEvents(objects: ObjectIndex, now: Millis): EventIndex {
  const all: EventRecord[] = [];
  for (const event of objects.list('Event')) {
    const record = normalise(event, objects);
    if (record && (record.first === null || record.first <= now)) all.push(record);
  }
  all.sort((left, right) => (left.last ?? 0) - (right.last ?? 0) || compareText(left.name, right.name));
  // By the object that was read, or by name when none was: most look-ups then need no text made for them.
  const bySubject = new Map<KubeObject | string, EventRecord[]>();
  const byReason = new Map<string, EventRecord[]>();
  const keyOf = (subject: Subject): KubeObject | string => objects.find(subject) ?? subjectKey(subject);
  for (const record of all) {
    push(bySubject, keyOf(record.subject), record);
    push(byReason, record.reason, record);
  }
  const byName = once(() => new Map(all.map((record) => [`${record.namespace}/${record.name}`, record])));
  return {
    all,
    of: (subject, reason) => {
      const records = bySubject.get(keyOf(subject)) ?? [];
      return reason === undefined ? records : records.filter((record) => record.reason === reason);
    },
    withReason: (reason) => byReason.get(reason) ?? [],
    get: (namespace, name) => byName().get(`${namespace}/${name}`),
  };
}

function normalise(event: ObjectOf<'Event'>, objects: ObjectIndex): EventRecord | null {
  const about = event.involvedObject?.kind ? event.involvedObject : event.regarding;
  if (!about?.kind || !about.name) return null;
  const subject: Subject = {
    kind: about.kind,
    name: about.name,
    ...(about.namespace ? { namespace: about.namespace } : {}),
  };
  const current = objects.find(subject);
  return {
    namespace: event.metadata.namespace ?? '',
    name: event.metadata.name,
    subject,
    type: event.type ?? 'Normal',
    reason: event.reason ?? '',
    message: (event.message ?? event.note ?? '').replace(CONTAINER, ''),
    count: event.series?.count ?? event.count ?? event.deprecatedCount ?? 1,
    ...timesOf(event),
    component: event.source?.component ?? event.reportingComponent ?? event.reportingController ?? '',
    // The kubelet writes the Node's name where the uid belongs.
    stale: Boolean(
      about.uid && about.uid !== about.name && current?.metadata.uid && about.uid !== current.metadata.uid,
    ),
  };
}

// `kubectl describe` puts the container before the words since 1.34.
const CONTAINER = /^spec\.(?:initContainers|containers|ephemeralContainers)\{[^}]*\}: /;

const timesOf = perObject((event: ObjectOf<'Event'>): Pick<EventRecord, 'first' | 'last'> => {
  const at = parseTime(event.eventTime);
  const first = parseTime(event.firstTimestamp);
  const written = parseTime(event.metadata.creationTimestamp);
  return {
    first: first ?? parseTime(event.deprecatedFirstTimestamp) ?? at ?? written,
    last:
      parseTime(event.series?.lastObservedTime) ??
      parseTime(event.lastTimestamp) ??
      parseTime(event.deprecatedLastTimestamp) ??
      at ??
      first ??
      written,
  };
});

function push<K, T>(map: Map<K, T[]>, key: K, value: T): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
