import type { FixtureContent } from './fixture-snapshot.ts';

export type Fields = Readonly<Record<string, unknown>>;

const STARTED = '2026-03-01T09:40:00Z';
const LATELY = '2026-03-01T09:58:00Z';

/** Metadata of an object in the Namespace `shop`, with its controlling owner as `Kind/name`. */
export function meta(name: string, owner?: string): Fields {
  const [kind, ownerName] = owner?.split('/') ?? [];
  return {
    name,
    namespace: 'shop',
    creationTimestamp: STARTED,
    labels: { app: 'web' },
    ...(kind ? { ownerReferences: [{ apiVersion: 'apps/v1', kind, name: ownerName, controller: true }] } : {}),
  };
}

/** A Kubernetes Event about `Kind/name`, seen several times until two minutes ago. */
export function event(about: string, reason: string, message: string, type = 'Warning'): Fields {
  const [kind = '', name = ''] = about.split('/');
  const clustered = ['Node', 'PersistentVolume', 'ClusterIssuer'].includes(kind);
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `${name}.${reason}`.toLowerCase(), namespace: clustered ? 'default' : 'shop' },
    involvedObject: { kind, name, ...(clustered ? {} : { namespace: 'shop' }) },
    reason,
    message,
    type,
    count: 9,
    firstTimestamp: STARTED,
    lastTimestamp: LATELY,
  };
}

/** The Deployment `web` with its ReplicaSet `web-1`; `template` is the Pod spec. */
export function deployment(template: Fields, replicas = 1, existing = replicas, status: Fields = {}): Fields[] {
  const spec = { replicas, selector: { matchLabels: { app: 'web' } }, template: podTemplate(template) };
  return [
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: meta('web'),
      spec,
      status: { replicas: existing, updatedReplicas: existing, ...status },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: meta('web-1', 'Deployment/web'),
      spec,
      status: { replicas: existing },
    },
  ];
}

function podTemplate(spec: Fields): Fields {
  return { metadata: { labels: { app: 'web' } }, spec };
}

/** The Pod `web-1-a` of the Deployment `web`. */
export function pod(spec: Fields, status: Fields): Fields {
  return { apiVersion: 'v1', kind: 'Pod', metadata: meta('web-1-a', 'ReplicaSet/web-1'), spec, status };
}

const container = (fields: Fields = {}): Fields => ({ name: 'web', image: 'registry.example.com/web:1', ...fields });

/** A Deployment whose Pod waits to start a container. */
export function waiting(reason: string, message: string, fields: Fields = {}, podFields: Fields = {}): FixtureContent {
  const spec = { containers: [container(fields)], ...podFields };
  const status = {
    phase: 'Pending',
    containerStatuses: [{ name: 'web', ready: false, restartCount: 0, state: { waiting: { reason, message } } }],
  };
  return { objects: [...deployment(spec), pod({ nodeName: 'w1', ...spec }, status)] };
}

/** A Deployment whose Pod waits for its image; the text is the Failed event's, the status only says back-off. */
export function pullEvent(image: string, message: string): FixtureContent {
  const world = waiting('ImagePullBackOff', `Back-off pulling image "${image}"`, { image });
  return { objects: [...(world.objects ?? []), event('Pod/web-1-a', 'Failed', message)] };
}

/** A Deployment whose container ended and is started again and again. */
export function crashed(
  terminated: Fields,
  { fields = {}, podFields = {}, log }: { fields?: Fields; podFields?: Fields; log?: string } = {},
): FixtureContent {
  const spec = { containers: [container(fields)], ...podFields };
  const status = {
    phase: 'Running',
    startTime: STARTED,
    containerStatuses: [
      {
        name: 'web',
        ready: false,
        restartCount: 6,
        state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 5m0s restarting failed container=web' } },
        lastState: { terminated: { startedAt: '2026-03-01T09:57:50Z', finishedAt: LATELY, ...terminated } },
      },
    ],
  };
  return {
    objects: [...deployment(spec), pod({ nodeName: 'w1', ...spec }, status)],
    ...(log === undefined ? {} : { logs: { 'shop/web-1-a/web:previous': log } }),
  };
}

/** A Deployment whose Pod waits on its Node before any container starts, with an event on it. */
export function creating(
  reason: string,
  message: string,
  spec: Fields = {},
  others: readonly Fields[] = [],
): FixtureContent {
  const full = { containers: [container()], ...spec };
  const status = {
    phase: 'Pending',
    startTime: STARTED,
    containerStatuses: [
      { name: 'web', ready: false, restartCount: 0, state: { waiting: { reason: 'ContainerCreating' } } },
    ],
  };
  return {
    objects: [
      ...deployment(full),
      pod({ nodeName: 'w1', ...full }, status),
      event('Pod/web-1-a', reason, message),
      ...others,
    ],
  };
}

/** A Deployment whose Pod no Node takes, with the scheduler's words. */
export function unscheduled(message: string, spec: Fields = {}, others: readonly Fields[] = []): FixtureContent {
  const full = { containers: [container()], ...spec };
  const status = {
    phase: 'Pending',
    conditions: [
      { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message, lastTransitionTime: STARTED },
    ],
  };
  return {
    objects: [...deployment(full), pod(full, status), event('Pod/web-1-a', 'FailedScheduling', message), ...others],
  };
}

/** A Deployment whose ReplicaSet may create no Pod. */
export function refused(message: string, spec: Fields = {}, others: readonly Fields[] = []): FixtureContent {
  return {
    objects: [
      ...deployment({ containers: [container()], ...spec }, 2, 0),
      event('ReplicaSet/web-1', 'FailedCreate', message),
      ...others,
    ],
  };
}

/** A Deployment whose running Pod fails a probe: killed again and again by a liveness probe, else never ready. */
export function unhealthy(
  kind: 'liveness' | 'readiness' | 'startup',
  probe: Fields,
  message: string,
  fields: Fields = {},
): FixtureContent {
  const spec = { containers: [container({ ports: [{ containerPort: 8080 }], [`${kind}Probe`]: probe, ...fields })] };
  const kills = kind !== 'readiness';
  const status = {
    phase: 'Running',
    startTime: STARTED,
    conditions: [{ type: 'Ready', status: kills ? 'True' : 'False', lastTransitionTime: STARTED }],
    containerStatuses: [
      {
        name: 'web',
        ready: false,
        started: true,
        restartCount: kills ? 7 : 0,
        state: { running: { startedAt: kills ? '2026-03-01T09:57:00Z' : STARTED } },
        ...(kills
          ? { lastState: { terminated: { exitCode: 137, reason: 'Error', finishedAt: '2026-03-01T09:57:00Z' } } }
          : {}),
      },
    ],
  };
  return {
    objects: [
      ...deployment(spec),
      pod({ nodeName: 'w1', ...spec }, status),
      event('Pod/web-1-a', 'Unhealthy', message),
      ...(kills
        ? [event('Pod/web-1-a', 'Killing', `Container web failed ${kind} probe, will be restarted`, 'Normal')]
        : []),
    ],
  };
}

/** A Deployment that runs and writes this. */
export function logging(lines: string, spec: Fields = {}, others: readonly Fields[] = []): FixtureContent {
  const full = { containers: [container()], ...spec };
  const status = {
    phase: 'Running',
    startTime: STARTED,
    conditions: [{ type: 'Ready', status: 'True' }],
    containerStatuses: [
      { name: 'web', ready: true, started: true, restartCount: 0, state: { running: { startedAt: STARTED } } },
    ],
  };
  return {
    objects: [...deployment(full), pod({ nodeName: 'w1', ...full }, status), ...others],
    logs: { 'shop/web-1-a/web': lines },
  };
}

/** A claim that waits for its volume. */
export function claim(
  reason: string,
  message: string,
  spec: Fields = {},
  others: readonly Fields[] = [],
): FixtureContent {
  return {
    objects: [
      {
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        metadata: meta('data'),
        spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '5Gi' } }, ...spec },
        status: { phase: 'Pending' },
      },
      event('PersistentVolumeClaim/data', reason, message),
      ...others,
    ],
  };
}

/** A Node with the given conditions beside a healthy one. */
export function node(
  conditions: readonly Fields[],
  events: readonly Fields[] = [],
  fields: Fields = {},
): FixtureContent {
  const healthy = { type: 'Ready', status: 'True', reason: 'KubeletReady', lastHeartbeatTime: '2026-03-01T09:59:50Z' };
  const made = (name: string, list: readonly Fields[], more: Fields = {}): Fields => ({
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, creationTimestamp: '2026-01-01T00:00:00Z', labels: { 'kubernetes.io/hostname': name } },
    spec: {},
    status: { conditions: list, allocatable: { cpu: '4', memory: '16Gi', pods: '110' } },
    ...more,
  });
  return {
    objects: [
      made(
        'w1',
        conditions.map((condition) => ({ lastTransitionTime: STARTED, lastHeartbeatTime: LATELY, ...condition })),
        fields,
      ),
      made('w2', [healthy]),
      ...events,
    ],
  };
}

/** An autoscaler of the Deployment `web`, with one condition. */
export function autoscaler(condition: Fields, spec: Fields = {}, template: Fields = {}): FixtureContent {
  return {
    objects: [
      ...deployment({ containers: [container(template)] }, 1, 1, { readyReplicas: 1 }),
      {
        apiVersion: 'autoscaling/v2',
        kind: 'HorizontalPodAutoscaler',
        metadata: meta('web'),
        spec: {
          scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
          minReplicas: 1,
          maxReplicas: 3,
          metrics: [
            { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } },
          ],
          ...spec,
        },
        status: { currentReplicas: 1, desiredReplicas: 1, conditions: [{ lastTransitionTime: STARTED, ...condition }] },
      },
    ],
  };
}

/** A custom resource with one status condition. */
export function custom(apiVersion: string, kind: string, condition: Fields, fields: Fields = {}): FixtureContent {
  return {
    objects: [
      {
        apiVersion,
        kind,
        metadata: meta('web'),
        spec: {},
        status: { conditions: [{ lastTransitionTime: STARTED, ...condition }] },
        ...fields,
      },
    ],
  };
}
