import { testTrueTexts, type TrueText, trueText } from '@headwater/testkit/true-words.ts';
import {
  crashed,
  event,
  type Fields,
  logging,
  meta,
  pullEvent,
  unhealthy,
  unscheduled,
  waiting,
} from '@headwater/testkit/true-worlds.ts';

type World = TrueText['world'];

const MISSING =
  'rpc error: code = NotFound desc = failed to pull and unpack image "docker.io/library/web:2": failed to resolve reference "docker.io/library/web:2": docker.io/library/web:2: not found';
const unpulled = waiting('ImagePullBackOff', MISSING, { image: 'docker.io/library/web:2' });

const mapped = (world: World, map: (object: Fields) => Fields | readonly Fields[]): World => ({
  ...world,
  objects: (world.objects ?? []).flatMap((object) => map(object as Fields)),
});

const owners = (object: Fields, ...references: readonly (readonly [apiVersion: string, kind: string])[]): Fields => ({
  ...object,
  metadata: {
    ...(object['metadata'] as Fields),
    ownerReferences: references.map(([apiVersion, kind]) => ({ apiVersion, kind, name: 'web', controller: true })),
  },
});

/** The world with another kind of owner in the Deployment's place, of its ReplicaSet or of its Pods themselves. */
const ownedBy = (world: World, [apiVersion, kind, direct]: readonly [string, string, boolean]): World =>
  mapped(world, (object) => {
    switch (object['kind']) {
      case 'Deployment':
        return { ...object, apiVersion, kind };
      case 'ReplicaSet':
        return direct ? [] : owners(object, [apiVersion, kind]);
      case 'Pod':
        return direct ? owners(object, [apiVersion, kind]) : object;
      default:
        return object;
    }
  });

const withStatus = (world: World, change: (status: Fields) => Fields): World =>
  mapped(world, (object) =>
    object['kind'] === 'Pod' ? { ...object, status: change(object['status'] as Fields) } : object,
  );

const inSeries = (world: World): World =>
  mapped(world, (object) => {
    if (object['kind'] !== 'Event') return object;
    const { involvedObject, message, reason, type, metadata } = object;
    return {
      apiVersion: 'events.k8s.io/v1',
      kind: 'Event',
      metadata,
      regarding: involvedObject,
      note: message,
      reason,
      type,
      eventTime: '2026-03-01T09:50:00.000000Z',
      reportingController: 'kubelet',
      action: 'Pulling',
      series: { count: 7, lastObservedTime: '2026-03-01T09:58:00.000000Z' },
    };
  });

const notNeeded = { name: 'proxy', image: 'registry.example.com/proxy:1', restartPolicy: 'Always' };

const withSidecar = (state: Fields): World => ({
  objects: [
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: meta('web'),
      spec: {
        nodeName: 'w1',
        initContainers: [notNeeded],
        containers: [{ name: 'web', image: 'registry.example.com/web:1' }],
      },
      status: {
        phase: 'Running',
        startTime: '2026-03-01T09:40:00Z',
        conditions: [{ type: 'Ready', status: state['ready'] === true ? 'True' : 'False' }],
        initContainerStatuses: [{ name: 'proxy', started: true, ...state }],
        containerStatuses: [
          {
            name: 'web',
            ready: true,
            started: true,
            restartCount: 0,
            state: { running: { startedAt: '2026-03-01T09:40:05Z' } },
          },
        ],
      },
    },
  ],
});

const rejected = (reason: string, message: string): World =>
  mapped(waiting('ContainerCreating', ''), (object) =>
    object['kind'] === 'Pod'
      ? { ...object, status: { phase: 'Failed', reason, message, startTime: '2026-03-01T09:57:00Z' } }
      : object,
  );

const slice = (addresses: readonly string[]): Fields => ({
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: { ...meta('web-x'), labels: { 'kubernetes.io/service-name': 'web' } },
  addressType: 'IPv4',
  ports: [{ port: 8080, protocol: 'TCP' }],
  endpoints: addresses.map((address) => ({ addresses: [address], conditions: { ready: true } })),
});

const served = (app: string, addresses: readonly string[]): World => {
  const running = logging('listening on 8080');
  return {
    ...running,
    objects: [
      ...(running.objects ?? []),
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: meta('web'),
        spec: { selector: { app }, ports: [{ port: 80, targetPort: 8080 }] },
      },
      slice(addresses),
    ],
  };
};

testTrueTexts('shapes', [
  trueText('V01', 'EndpointSlices without Endpoints, all well', null, served('web', ['10.1.0.7'])),
  trueText('V01', 'EndpointSlices without Endpoints', 'selector-mismatch', served('wbe', []), 'Service/shop/web'),
  trueText('P05', 'kubernetes/kubernetes#130438', 'object-invalid', {
    objects: [
      ...(waiting('PostStartHookError', '', { lifecycle: { postStart: { exec: { command: ['/bin/false'] } } } })
        .objects ?? []),
      event('Pod/web-1-a', 'FailedPostStartHook', 'PostStartHook failed'),
    ],
  }),
  trueText(
    'I01',
    'owner: Argo Rollout',
    'image-not-found',
    ownedBy(unpulled, ['argoproj.io/v1alpha1', 'Rollout', false]),
    'Rollout/shop/web',
  ),
  trueText(
    'I01',
    'owner: OpenKruise CloneSet',
    'image-not-found',
    ownedBy(unpulled, ['apps.kruise.io/v1alpha1', 'CloneSet', true]),
    'CloneSet/shop/web',
  ),
  trueText(
    'I01',
    'owner: Argo Workflow',
    'image-not-found',
    ownedBy(unpulled, ['argoproj.io/v1alpha1', 'Workflow', true]),
    'Workflow/shop/web',
  ),
  trueText(
    'I01',
    'owner: KubeVirt instance',
    'image-not-found',
    ownedBy(unpulled, ['kubevirt.io/v1', 'VirtualMachineInstance', true]),
    'VirtualMachineInstance/shop/web',
  ),
  trueText(
    'I01',
    'events.k8s.io with a series',
    'image-not-found',
    inSeries(pullEvent('docker.io/library/web:2', `Failed to pull image "docker.io/library/web:2": ${MISSING}`)),
  ),
  trueText(
    'I01',
    'kubernetes/website#56173, an event as kubectl 1.34 describes it',
    'image-not-found',
    pullEvent(
      'docker.io/library/web:2',
      `spec.containers{web}: Failed to pull image "docker.io/library/web:2": ${MISSING}`,
    ),
  ),
  trueText(
    'P08',
    'kubernetes/website#56173, an event as kubectl 1.34 describes it',
    'probe-misconfigured',
    unhealthy(
      'liveness',
      { httpGet: { path: '/', port: 8080 }, initialDelaySeconds: 45, periodSeconds: 30 },
      'spec.containers{web}: Liveness probe failed: HTTP probe failed with statuscode: 404',
    ),
  ),
  trueText(
    'S01',
    'Pod status without conditions',
    'insufficient-cpu',
    withStatus(
      unscheduled(
        '0/3 nodes are available: 3 Insufficient cpu. preemption: 0/3 nodes are available: 3 No preemption victims found for incoming pod.',
        { containers: [{ name: 'web', resources: { requests: { cpu: '8' } } }] },
      ),
      () => ({ phase: 'Pending' }),
    ),
  ),
  trueText(
    'P17',
    'Pod status without containerStatuses',
    'eviction-pressure',
    withStatus(waiting('ContainerCreating', ''), () => ({
      phase: 'Failed',
      reason: 'Evicted',
      message: 'The node was low on resource: memory. Threshold quantity: 100Mi, available: 80Mi. ',
      startTime: '2026-03-01T09:50:00Z',
    })),
  ),
  trueText(
    'P14',
    'argoproj/argo-rollouts#3366, a native sidecar that runs',
    null,
    withSidecar({ ready: true, restartCount: 0, state: { running: { startedAt: '2026-03-01T09:40:02Z' } } }),
  ),
  trueText(
    'P01',
    'a native sidecar that is killed',
    'oom-killed',
    withSidecar({
      ready: false,
      restartCount: 5,
      state: { waiting: { reason: 'CrashLoopBackOff' } },
      lastState: {
        terminated: {
          exitCode: 137,
          reason: 'OOMKilled',
          startedAt: '2026-03-01T09:57:00Z',
          finishedAt: '2026-03-01T09:58:00Z',
        },
      },
    }),
    'Pod/shop/web',
  ),
  trueText(
    'S11',
    'squat/generic-device-plugin#33',
    'insufficient-extended-resource',
    rejected(
      'UnexpectedAdmissionError',
      'Pod was rejected: Allocate failed due to no healthy devices present; cannot allocate unhealthy devices squat.ai/zigbee, which is unexpected',
    ),
  ),
  trueText(
    'S01',
    'kubernetes/kubernetes#97131',
    'insufficient-cpu',
    rejected('OutOfcpu', "Pod Node didn't have enough resource: cpu, requested: 200, used: 1850, capacity: 1930"),
  ),
  trueText(
    'P06',
    'MicrosoftDocs/Virtualization-Documentation#765',
    'wrong-architecture',
    crashed({
      exitCode: 128,
      reason: 'StartError',
      message:
        'failed to create containerd task: failed to create shim task: hcs::CreateComputeSystem web: The container operating system does not match the host operating system.: unknown',
    }),
  ),
  trueText(
    'P05',
    'argoproj/argo-workflows#11212',
    'command-not-found',
    ownedBy(
      withStatus(waiting('ContainerCreating', '', {}, { restartPolicy: 'Never' }), () => ({
        phase: 'Failed',
        startTime: '2026-03-01T09:57:00Z',
        containerStatuses: [
          {
            name: 'web',
            ready: false,
            restartCount: 0,
            state: {
              terminated: {
                exitCode: 128,
                reason: 'StartError',
                message:
                  'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: "/argo/staging/script": stat /argo/staging/script: no such file or directory: unknown',
                finishedAt: '2026-03-01T09:57:10Z',
              },
            },
          },
        ],
      })),
      ['argoproj.io/v1alpha1', 'Workflow', true],
    ),
    'Workflow/shop/web',
  ),
]);
