import type { KubeObject, ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import { table } from './tabs.ts';
import { age } from './times.ts';

type Row = readonly [header: readonly string[], row: (object: KubeObject) => readonly string[]];

/** `kubectl get` of the objects of one kind, wide or not. */
export function getTable(objects: readonly KubeObject[], { now, wide }: { now: number; wide: boolean }): string {
  const kind = objects[0]?.kind ?? '';
  const [header, row] = COLUMNS[kind] ?? [[], () => []];
  const more = wide ? WIDE[kind] : undefined;
  return table(
    ['NAME', ...header, 'AGE', ...(more?.[0] ?? [])],
    objects.map((object) => [
      object.metadata.name,
      ...row(object),
      age(now - Date.parse(object.metadata.creationTimestamp ?? new Date(now - 3_600_000).toISOString())),
      ...(more?.[1](object) ?? []),
    ]),
  );
}

function podStatus({ spec, status }: ObjectOf<'Pod'>): string {
  const statuses = status?.containerStatuses ?? [];
  const waiting = statuses.find(({ state }) => state?.waiting?.reason)?.state?.waiting?.reason;
  const ended = statuses.find(({ state }) => state?.terminated?.reason)?.state?.terminated?.reason;
  return waiting ?? ended ?? (spec?.nodeName ? (status?.phase ?? 'Unknown') : 'Pending');
}

function ready({ spec, status }: ObjectOf<'Pod'>): string {
  return `${(status?.containerStatuses ?? []).filter((one) => one.ready).length}/${spec?.containers?.length ?? 0}`;
}

const COLUMNS: Readonly<Record<string, Row>> = {
  Pod: [
    ['READY', 'STATUS', 'RESTARTS'],
    (object) => {
      const pod = object as ObjectOf<'Pod'>;
      const restarts = (pod.status?.containerStatuses ?? []).reduce((sum, one) => sum + (one.restartCount ?? 0), 0);
      return [ready(pod), podStatus(pod), restarts > 0 ? `${restarts} (31s ago)` : '0'];
    },
  ],
  Deployment: [
    ['READY', 'UP-TO-DATE', 'AVAILABLE'],
    (object) => {
      const { spec, status } = object as ObjectOf<'Deployment'>;
      return [
        `${status?.readyReplicas ?? 0}/${spec?.replicas ?? 1}`,
        String(status?.updatedReplicas ?? 0),
        String(status?.availableReplicas ?? 0),
      ];
    },
  ],
  StatefulSet: [
    ['READY'],
    (object) => {
      const { spec, status } = object as ObjectOf<'StatefulSet'>;
      return [`${status?.readyReplicas ?? 0}/${spec?.replicas ?? 1}`];
    },
  ],
  Service: [
    ['TYPE', 'CLUSTER-IP', 'EXTERNAL-IP', 'PORT(S)'],
    (object) => {
      const { spec } = object as ObjectOf<'Service'>;
      return [
        spec?.type ?? 'ClusterIP',
        spec?.clusterIP ?? 'None',
        '<none>',
        (spec?.ports ?? []).map(({ port, protocol }) => `${port}/${protocol ?? 'TCP'}`).join(','),
      ];
    },
  ],
  Endpoints: [
    ['ENDPOINTS'],
    (object) => {
      const { subsets } = object as ObjectOf<'Endpoints'>;
      const all = (subsets ?? []).flatMap(({ addresses, ports }) =>
        (addresses ?? []).map(({ ip }) => `${ip}:${ports?.[0]?.port ?? ''}`),
      );
      return [all.join(',') || '<none>'];
    },
  ],
  Node: [
    ['STATUS', 'ROLES'],
    (object) => {
      const { spec, status, metadata } = object as ObjectOf<'Node'>;
      const isReady = status?.conditions?.some(({ type, status: holds }) => type === 'Ready' && holds === 'True');
      return [
        `${isReady ? 'Ready' : 'NotReady'}${spec?.unschedulable ? ',SchedulingDisabled' : ''}`,
        metadata.labels?.['kubernetes.io/role'] ?? '<none>',
      ];
    },
  ],
  ConfigMap: [['DATA'], (object) => [String(Object.keys((object as ObjectOf<'ConfigMap'>).data ?? {}).length)]],
  Secret: [['TYPE', 'DATA'], () => ['Opaque', '5']],
  ServiceAccount: [['SECRETS'], () => ['0']],
};

const WIDE: Readonly<Record<string, Row>> = {
  Pod: [
    ['IP', 'NODE', 'NOMINATED NODE', 'READINESS GATES'],
    (object) => {
      const { spec, status } = object as ObjectOf<'Pod'>;
      return [status?.podIP ?? '<none>', spec?.nodeName ?? '<none>', '<none>', '<none>'];
    },
  ],
  Deployment: [
    ['CONTAINERS', 'IMAGES', 'SELECTOR'],
    (object) => {
      const { spec } = object as ObjectOf<'Deployment'>;
      const containers = spec?.template?.spec?.containers ?? [];
      return [
        containers.map(({ name }) => name).join(','),
        containers.map(({ image }) => image).join(','),
        labelText(spec?.selector?.matchLabels),
      ];
    },
  ],
  Service: [['SELECTOR'], (object) => [labelText((object as ObjectOf<'Service'>).spec?.selector)]],
};

function labelText(labels: Readonly<Record<string, string>> | null | undefined): string {
  return (
    Object.entries(labels ?? {})
      .map(([key, value]) => `${key}=${value}`)
      .join(',') || '<none>'
  );
}
