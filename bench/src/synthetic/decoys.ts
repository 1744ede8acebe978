import { DAY, HOUR, MINUTE } from '@headwater/core/time.ts';
import { renderEvents, type EventDraft } from '@headwater/testkit/world/events.ts';
import type { KubeJson } from '@headwater/testkit/world/json.ts';
import { stamp } from '@headwater/testkit/world/scene.ts';
import type { World } from '@headwater/testkit/world/world.ts';

/**
 * The world with more of what misleads: Events of conditions that are over, changes nobody is touched by, a policy that selects nothing,
 * a full log of somebody else's warnings. None of it is a fault.
 */
export function withDecoys(world: World): World {
  const healthy = healthyPods(world);
  const drafts = healthy.slice(0, 4).flatMap((pod, index) => staleEvents(world, pod, index));
  return {
    ...world,
    objects: [...world.objects, idleConfigMap(world), idlePolicy(world)],
    events: world.forbiddenKinds.includes('Event')
      ? world.events
      : [...world.events, ...renderEvents(world.scene, drafts)],
    changes: [...world.changes, strangerDeploy(world)],
    journal: [...world.journal, ...idleEdit(world)],
    logs: world.logs.map((log) =>
      healthy.some(({ metadata }) => metadata.name === log.pod) ? noisy(world, log) : log,
    ),
  };
}

// Pods that run and are ready, away from the alerts: what is said of them can only mislead.
function healthyPods({ objects, alerts }: World): KubeJson[] {
  const alerted = new Set(alerts.flatMap(({ labels }) => Object.values(labels)));
  return objects.filter((object) => {
    if (object.kind !== 'Pod' || alerted.has(object.metadata.name)) return false;
    const status = object['status'] as { phase?: string; conditions?: { type: string; status: string }[] } | undefined;
    return (
      status?.phase === 'Running' &&
      status.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True')
    );
  });
}

function staleEvents({ scene }: World, pod: KubeJson, index: number): EventDraft[] {
  const about = {
    apiVersion: 'v1',
    kind: 'Pod',
    namespace: pod.metadata.namespace,
    name: pod.metadata.name,
    uid: pod.metadata.uid,
  };
  const first = scene.around(`stale/${index}`, 52);
  const kinds = [
    {
      reason: 'FailedScheduling',
      component: 'default-scheduler',
      message:
        '0/3 nodes are available: 3 Insufficient memory. preemption: 0/3 nodes are available: 3 No preemption victims found for incoming pod.',
    },
    {
      reason: 'Unhealthy',
      component: 'kubelet',
      message: 'Readiness probe failed: HTTP probe failed with statuscode: 503',
    },
    {
      reason: 'BackOff',
      component: 'kubelet',
      message: `Back-off restarting failed container main in pod ${about.name}_${about.namespace}(${about.uid})`,
    },
    {
      reason: 'FailedMount',
      component: 'kubelet',
      message:
        'MountVolume.SetUp failed for volume "config" : failed to sync configmap cache: timed out waiting for the condition',
    },
  ] as const;
  const kind = kinds[index % kinds.length] ?? kinds[0];
  return [{ about, type: 'Warning', ...kind, count: 2, first, last: first + MINUTE }];
}

function meta({ scene }: World, name: string, age: number): KubeJson['metadata'] {
  return {
    name,
    namespace: scene.cast.namespace,
    uid: scene.random.uuid(`decoy/${name}`),
    creationTimestamp: stamp(scene.zero - age),
    resourceVersion: '4711',
  };
}

function idleConfigMap(world: World, text = 'spring'): KubeJson {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: meta(world, 'campaign-texts', 40 * DAY),
    data: { theme: text },
  };
}

function idlePolicy(world: World): KubeJson {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: meta(world, 'deny-batch-workers', 30 * MINUTE),
    spec: { podSelector: { matchLabels: { tier: 'batch-worker' } }, policyTypes: ['Ingress'], ingress: [] },
  };
}

function idleEdit(world: World): World['journal'] {
  const { scene } = world;
  return [
    { observedAt: scene.before(120), type: 'ADDED', object: idleConfigMap(world, 'winter') },
    { observedAt: scene.around('idle-edit', 38), type: 'MODIFIED', object: idleConfigMap(world) },
  ];
}

function strangerDeploy({ scene }: World): World['changes'][number] {
  return {
    time: scene.around('stranger', 36),
    kind: 'deploy',
    title: `Release 2.14.0 of ledger in finance`,
    subject: { kind: 'Deployment', namespace: 'finance', name: 'ledger' },
    source: 'ci',
  };
}

function noisy({ scene }: World, log: World['logs'][number]): World['logs'][number] {
  if (log.previous) return log;
  const lines = Array.from({ length: 12 }, (_, index) => {
    const time = stamp(scene.zero - HOUR + index * 4 * MINUTE);
    return `${time} WARN deprecated option --legacy-auth will be removed, see the release notes (reminder ${index + 1})`;
  });
  return { ...log, lines: [...lines, ...log.lines] };
}
