import { compareText } from '@headwater/core/subject.ts';
import { buildTimeline, type Timeline } from '../changes/timeline.ts';
import { indexLogs, type LogIndex } from '../logs/index-logs.ts';
import { indexMetrics, type MetricIndex } from '../metrics/index-metrics.ts';
import { buildTopology, type Topology } from '../topology/topology.ts';
import { indexTraces, type TraceIndex } from '../traces/index-traces.ts';
import { type EventIndex, indexEvents } from './events.ts';
import type { SnapshotInput } from './input.ts';
import { indexObjects, type ObjectIndex } from './objects.ts';
import { once } from './once.ts';
import { indexOwners, type OwnerIndex } from './owners.ts';

/** The typed, indexed state of one cluster around one incident: all an analyzer may look at. */
export interface Snapshot
  extends Pick<
    SnapshotInput,
    'cluster' | 'now' | 'window' | 'question' | 'subjects' | 'namespaces' | 'sources' | 'alerts' | 'gaps'
  > {
  readonly objects: ObjectIndex;
  readonly events: EventIndex;
  readonly owners: OwnerIndex;
  readonly logs: LogIndex;
  readonly metrics: MetricIndex;
  readonly traces: TraceIndex;
  readonly topology: Topology;
  readonly changes: Timeline;
}

interface Indexes {
  readonly objects: ObjectIndex;
  readonly owners: OwnerIndex;
  readonly events: EventIndex;
}

const known = new WeakMap<SnapshotInput['objects'], Indexes & Pick<SnapshotInput, 'coverage' | 'now'>>();

// A collector looks at the objects before it knows which logs to read: what it indexed then serves the diagnosis too.
function indexesOf({ objects: list, coverage, now }: SnapshotInput): Indexes {
  const before = known.get(list);
  if (before && before.coverage === coverage && before.now === now) return before;
  const objects = indexObjects(list, coverage);
  const indexes = { objects, owners: indexOwners(objects), events: indexEvents(objects, now), coverage, now };
  known.set(list, indexes);
  return indexes;
}

/** Indexes an input. Costly parts (topology, changes, metrics) are built when first used. */
export function buildSnapshot(input: SnapshotInput): Snapshot {
  const { objects, owners, events } = indexesOf(input);
  const alerts = [...input.alerts].sort(
    (left, right) => (left.startsAt ?? 0) - (right.startsAt ?? 0) || compareText(left.fingerprint, right.fingerprint),
  );
  const base = {
    cluster: input.cluster,
    now: input.now,
    window: input.window,
    question: input.question,
    subjects: input.subjects,
    namespaces: input.namespaces,
    sources: input.sources,
    gaps: input.gaps,
    alerts,
    objects,
    owners,
    events,
  };
  const logs = once(() => indexLogs(input.logs));
  const metrics = once(() => indexMetrics(input.metrics, input.now));
  const traces = once(() => indexTraces(input.traces));
  const topology = once(() => buildTopology(snapshot));
  const changes = once(() => buildTimeline(snapshot, input));
  const snapshot: Snapshot = {
    ...base,
    get logs() {
      return logs();
    },
    get metrics() {
      return metrics();
    },
    get traces() {
      return traces();
    },
    get topology() {
      return topology();
    },
    get changes() {
      return changes();
    },
  };
  return snapshot;
}
