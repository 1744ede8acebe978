const NOW = '2026-03-01T10:00:00Z';

export interface CrashingWorkload {
  /** Lines of the crashing container's log, without times. */
  readonly lines: readonly string[];
  /** More objects, by the file they go to. */
  readonly objects?: Readonly<Record<string, readonly object[]>>;
  readonly env?: readonly object[];
  readonly annotations?: Readonly<Record<string, string>>;
}

/** The files of a recording in which the one Pod of Deployment shop/api crashes at each start. */
export function crashingWorkload({ lines, objects = {}, env = [], annotations = {} }: CrashingWorkload) {
  const labels = { app: 'api', 'pod-template-hash': '7d9f' };
  const container = { name: 'app', image: 'api:2', env };
  const shop = [
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'api', namespace: 'shop', uid: 'd-api', annotations },
      spec: {
        replicas: 1,
        selector: { matchLabels: { app: 'api' } },
        template: { metadata: { labels: { app: 'api' } }, spec: { containers: [container] } },
      },
      status: { replicas: 1, unavailableReplicas: 1 },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: {
        name: 'api-7d9f',
        namespace: 'shop',
        uid: 'r-api',
        labels,
        ownerReferences: [owner('Deployment', 'api')],
      },
      spec: {
        replicas: 1,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [container] } },
      },
      status: { replicas: 1 },
    },
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        name: 'api-7d9f-abcde',
        namespace: 'shop',
        uid: 'p-api',
        labels,
        ownerReferences: [owner('ReplicaSet', 'api-7d9f')],
      },
      spec: { nodeName: 'node-1', containers: [container] },
      status: {
        phase: 'Running',
        conditions: [{ type: 'Ready', status: 'False', lastTransitionTime: '2026-03-01T09:50:00Z' }],
        containerStatuses: [
          {
            name: 'app',
            ready: false,
            restartCount: 6,
            state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 5m0s restarting failed container' } },
            lastState: {
              terminated: {
                exitCode: 1,
                reason: 'Error',
                startedAt: '2026-03-01T09:57:55Z',
                finishedAt: '2026-03-01T09:58:00Z',
              },
            },
          },
        ],
      },
    },
    ...[1, 2, 3].map((minute) => event(`api.${minute}`, `2026-03-01T09:5${minute}:00Z`)),
  ];
  const log = lines
    .map((line, index) => `2026-03-01T09:57:${String(56 + (index % 4)).padStart(2, '0')}Z ${line}`)
    .join('\n');
  return {
    'recording.yaml': `format: headwater.recording/v1\nname: crashing\ntitle: One service crashes\nnow: ${NOW}\ncluster: {name: crashing, version: v1.33.0}\nsources: {objects: present, logs: present}\n`,
    'objects/shop.json': list(shop),
    ...Object.fromEntries(Object.entries(objects).map(([file, items]) => [`objects/${file}.json`, list(items)])),
    'logs/shop/api-7d9f-abcde/app.log': log,
    'logs/shop/api-7d9f-abcde/app.previous.log': log,
    'alerts/001-firing.json': {
      version: '4',
      status: 'firing',
      groupKey: '{}:{alertname="KubePodCrashLooping"}',
      alerts: [
        {
          status: 'firing',
          labels: { alertname: 'KubePodCrashLooping', namespace: 'shop', pod: 'api-7d9f-abcde', severity: 'critical' },
          annotations: { summary: 'Pod is crash looping.' },
          startsAt: '2026-03-01T09:52:00Z',
          endsAt: '0001-01-01T00:00:00Z',
          fingerprint: 'crash1',
        },
      ],
    },
  };
}

function owner(kind: string, name: string) {
  return { apiVersion: 'apps/v1', kind, name, uid: `${kind[0]?.toLowerCase()}-api`, controller: true };
}

function event(name: string, time: string) {
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name, namespace: 'shop' },
    type: 'Warning',
    reason: 'BackOff',
    message: `Back-off restarting failed container app (${name})`,
    count: 1,
    firstTimestamp: time,
    lastTimestamp: time,
    involvedObject: { kind: 'Pod', namespace: 'shop', name: 'api-7d9f-abcde', uid: 'p-api' },
  };
}

function list(items: readonly object[]) {
  return { apiVersion: 'v1', kind: 'List', items };
}
