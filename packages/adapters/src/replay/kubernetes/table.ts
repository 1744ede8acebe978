import type { KubeObject, ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import { formatSelector } from '@headwater/core/kube/selector.ts';
import { formatDuration, type Millis, parseTime } from '@headwater/core/time.ts';
import type { ServedResource } from './catalog.ts';
import type { ListMetadata } from './present.ts';

interface Column {
  readonly name: string;
  readonly type?: 'string' | 'integer';
  cell(object: KubeObject, now: Millis): string | number;
}

const NAME: Column = { name: 'Name', cell: ({ metadata }) => metadata.name };
const AGE: Column = { name: 'Age', cell: ({ metadata }, now) => ageOf(metadata.creationTimestamp, now) };

/** The table `kubectl get` prints: name, age, and for the kinds people look at most what they look for. */
export function tableOf(
  resource: ServedResource,
  objects: readonly KubeObject[],
  { now, includeObject, metadata }: { now: Millis; includeObject: string | null; metadata: ListMetadata },
): unknown {
  const columns = [NAME, ...(resource.builtIn ? (COLUMNS[resource.kind] ?? []) : []), AGE];
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata,
    columnDefinitions: columns.map(({ name, type = 'string' }) => ({
      name,
      type,
      format: name === 'Name' ? 'name' : '',
      description: '',
      priority: 0,
    })),
    rows: objects.map((object) => ({
      cells: columns.map((column) => column.cell(object, now)),
      ...(includeObject === 'None' ? {} : { object: includeObject === 'Object' ? object : partial(object) }),
    })),
  };
}

function partial({ metadata }: KubeObject): unknown {
  return { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata };
}

function ageOf(time: unknown, now: Millis): string {
  const created = parseTime(time);
  return created === null ? '<unknown>' : formatDuration(Math.max(0, now - created));
}

const COLUMNS: Readonly<Record<string, readonly Column[]>> = {
  Pod: [
    { name: 'Ready', cell: (object) => podReady(object) },
    { name: 'Status', cell: (object) => podStatus(object) },
    { name: 'Restarts', type: 'integer', cell: (object) => podRestarts(object) },
  ],
  Deployment: [
    {
      name: 'Ready',
      cell: (object) =>
        readyOf(
          (object as ObjectOf<'Deployment'>).status?.readyReplicas,
          (object as ObjectOf<'Deployment'>).spec?.replicas,
        ),
    },
    {
      name: 'Up-to-date',
      type: 'integer',
      cell: (object) => (object as ObjectOf<'Deployment'>).status?.updatedReplicas ?? 0,
    },
    {
      name: 'Available',
      type: 'integer',
      cell: (object) => (object as ObjectOf<'Deployment'>).status?.availableReplicas ?? 0,
    },
  ],
  StatefulSet: [
    {
      name: 'Ready',
      cell: (object) =>
        readyOf(
          (object as ObjectOf<'StatefulSet'>).status?.readyReplicas,
          (object as ObjectOf<'StatefulSet'>).spec?.replicas,
        ),
    },
  ],
  ReplicaSet: [
    {
      name: 'Ready',
      cell: (object) =>
        readyOf(
          (object as ObjectOf<'ReplicaSet'>).status?.readyReplicas,
          (object as ObjectOf<'ReplicaSet'>).spec?.replicas,
        ),
    },
  ],
  Service: [
    { name: 'Type', cell: (object) => (object as ObjectOf<'Service'>).spec?.type ?? 'ClusterIP' },
    {
      name: 'Selector',
      cell: (object) => formatSelector({ matchLabels: (object as ObjectOf<'Service'>).spec?.selector }) || '<none>',
    },
  ],
  Node: [{ name: 'Status', cell: (object) => nodeStatus(object) }],
  Namespace: [{ name: 'Status', cell: (object) => (object as ObjectOf<'Namespace'>).status?.phase ?? '' }],
  Event: [
    { name: 'Type', cell: (object) => (object as ObjectOf<'Event'>).type ?? '' },
    { name: 'Reason', cell: (object) => (object as ObjectOf<'Event'>).reason ?? '' },
    { name: 'Object', cell: (object) => eventObject(object) },
    { name: 'Message', cell: (object) => (object as ObjectOf<'Event'>).message ?? '' },
  ],
};

function readyOf(ready: number | null | undefined, wanted: number | null | undefined): string {
  return `${ready ?? 0}/${wanted ?? 1}`;
}

function podReady(pod: ObjectOf<'Pod'>): string {
  const statuses = pod.status?.containerStatuses ?? [];
  return readyOf(statuses.filter(({ ready }) => ready).length, pod.spec?.containers?.length ?? statuses.length);
}

function podRestarts(pod: ObjectOf<'Pod'>): number {
  return (pod.status?.containerStatuses ?? []).reduce((sum, { restartCount }) => sum + (restartCount ?? 0), 0);
}

function podStatus(pod: ObjectOf<'Pod'>): string {
  if (pod.metadata.deletionTimestamp) return 'Terminating';
  const statuses = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])];
  const reason = statuses
    .map(({ state }) => state?.waiting?.reason ?? state?.terminated?.reason)
    .find((found) => found && found !== 'Completed');
  return reason ?? pod.status?.reason ?? pod.status?.phase ?? 'Unknown';
}

function nodeStatus(node: ObjectOf<'Node'>): string {
  const ready = node.status?.conditions?.find(({ type }) => type === 'Ready')?.status;
  const status = ready === 'True' ? 'Ready' : 'NotReady';
  return node.spec?.unschedulable ? `${status},SchedulingDisabled` : status;
}

function eventObject(event: ObjectOf<'Event'>): string {
  const about = event.involvedObject ?? event.regarding;
  return `${(about?.kind ?? '').toLowerCase()}/${about?.name ?? ''}`;
}
