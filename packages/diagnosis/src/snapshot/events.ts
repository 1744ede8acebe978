import type { ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import { compareText, type Subject } from '@headwater/core/subject.ts';
import { type Millis, parseTime } from '@headwater/core/time.ts';
import type { ObjectIndex } from './objects.ts';
import { oncePer } from './once.ts';
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
  /** The reasons that events give, each once. */
  reasons(): Iterable<string>;
  /** Events about a subject, oldest first; of one reason when given. */
  of(subject: Subject, reason?: string): readonly EventRecord[];
  withReason(reason: string): readonly EventRecord[];
  /** Every event, or as `withReason`, in no order: for what every healthy cluster is full of. */
  unordered(reason?: string): readonly EventRecord[];
  get(namespace: string, name: string): EventRecord | undefined;
}

/** Indexes the Events of a snapshot; events after `now` are dropped. What is asked for is put in order then. */
export function indexEvents(objects: ObjectIndex, now: Millis): EventIndex {
  const records: EventRecord[] = [];
  const byReason = new Map<string, EventRecord[]>();
  const byNamespace = new Map<string, EventRecord[]>();
  for (const event of objects.unordered('Event')) {
    const record = recordAt(event);
    if (!record) continue;
    records.push(record);
    push(byReason, record.reason, record);
    push(byNamespace, record.subject.namespace ?? '', record);
  }
  const withReason = oncePer((reason: string) => (byReason.get(reason) ?? []).toSorted(byTime));
  // Few of the objects that Events are about are ever asked for, and those are mostly neighbours.
  const about = oncePer((namespace: string) =>
    Map.groupBy(byNamespace.get(namespace) ?? [], ({ subject }) => subject.name),
  );
  return {
    of: ({ kind, namespace, name }, reason) =>
      (about(namespace ?? '').get(name) ?? [])
        .filter((record) => record.subject.kind === kind && (reason === undefined || record.reason === reason))
        .sort(byTime),
    withReason,
    reasons: () => byReason.keys(),
    unordered: (reason) => (reason === undefined ? records : (byReason.get(reason) ?? [])),
    get: (namespace, name) => {
      const event = objects.get('Event', namespace, name);
      return (event && recordAt(event)) ?? undefined;
    },
  };

  function recordAt(event: ObjectOf<'Event'>): EventRecord | null {
    const record = recordIn(event, objects);
    return record && (record.first === null || record.first <= now) ? record : null;
  }
}

/** Oldest first; what happens in one moment by name, and under one name by namespace. */
export function byTime(left: EventRecord, right: EventRecord): number {
  return (
    (left.last ?? 0) - (right.last ?? 0) ||
    compareText(left.name, right.name) ||
    compareText(`${left.namespace}/`, `${right.namespace}/`)
  );
}

interface Reading {
  /** Null when the Event is about nothing. */
  readonly record: EventRecord | null;
  /** Of the object it is about, as far as it tells. */
  readonly uid: string | null;
}

const read = perObject((event: ObjectOf<'Event'>): Reading => {
  const about = event.involvedObject?.kind ? event.involvedObject : event.regarding;
  if (!about?.kind || !about.name) return { record: null, uid: null };
  const record: EventRecord = {
    namespace: event.metadata.namespace ?? '',
    name: event.metadata.name,
    subject: { kind: about.kind, name: about.name, ...(about.namespace ? { namespace: about.namespace } : {}) },
    type: event.type ?? 'Normal',
    reason: event.reason ?? '',
    message: (event.message ?? event.note ?? '').replace(CONTAINER, ''),
    count: event.series?.count ?? event.count ?? event.deprecatedCount ?? 1,
    ...timesOf(event),
    component: event.source?.component ?? event.reportingComponent ?? event.reportingController ?? '',
    stale: false,
  };
  // The kubelet writes the Node's name where the uid belongs.
  return { record, uid: about.uid && about.uid !== about.name ? about.uid : null };
});

function recordIn(event: ObjectOf<'Event'>, objects: ObjectIndex): EventRecord | null {
  const { record, uid } = read(event);
  if (!record || uid === null) return record;
  const current = objects.find(record.subject)?.metadata.uid;
  return current && current !== uid ? { ...record, stale: true } : record;
}

function push<K, T>(map: Map<K, T[]>, key: K, value: T): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}

// `kubectl describe` puts the container before the words since 1.34.
const CONTAINER = /^spec\.(?:initContainers|containers|ephemeralContainers)\{[^}]*\}: /;

function timesOf(event: ObjectOf<'Event'>): Pick<EventRecord, 'first' | 'last'> {
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
}
