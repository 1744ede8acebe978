import { MINUTE, type Millis, SECOND } from '@headwater/core/time.ts';
import { configOf } from '@headwater/testkit/world/application.ts';
import { configMap, object } from '@headwater/testkit/world/objects.ts';
import type { AlertDraft, Plan, Workload } from '@headwater/testkit/world/plan.ts';
import { mainContainer } from '@headwater/testkit/world/pod-spec.ts';
import { crashLooping } from '@headwater/testkit/world/pod-states/crash.ts';
import { realise, type RealPod } from '@headwater/testkit/world/realise.ts';
import { daysBefore } from '@headwater/testkit/world/scene.ts';
import { allPods, rollOut } from '@headwater/testkit/world/workload.ts';

/** The workload of a name in a plan somebody else has built. */
export function workloadOf(plan: Plan, name: string): Workload {
  const found = plan.workloads.find((workload) => workload.name === name);
  if (!found) throw new Error(`there is no workload ${name}`);
  return found;
}

/** A workload crash-loops loudly because of itself: an experiment of another team. */
export function crashesLoudly(workload: Workload, at: Millis): void {
  rollOut(workload, {
    at,
    spec: (spec) => {
      mainContainer(spec).args = ['--experiment'];
    },
  });
  const says = [
    '{time} ERROR unhandled exception in experiment runner',
    'Traceback (most recent call last):',
    '  File "/app/experiment.py", line 88, in <module>',
    "KeyError: 'variant'",
  ];
  allPods(workload, crashLooping({ exitCode: 1, ran: 3, says }));
}

/** A key of a ConfigMap is edited that changes nothing that matters. */
export function harmlessEdit(plan: Plan, name: string, at: Millis): void {
  const { scene } = plan;
  const { namespace, manager } = scene.cast;
  const index = plan.objects.findIndex(
    ({ kind, metadata }) =>
      kind === 'ConfigMap' && metadata.name === configOf(name) && metadata.namespace === namespace,
  );
  const data = { ...(plan.objects[index]?.['data'] as Record<string, string>), LOG_LEVEL: 'warn' };
  const edited = { at, manager: 'kubectl-edit', keys: ['LOG_LEVEL'] };
  const made = configMap(scene, {
    namespace,
    name: configOf(name),
    data,
    created: daysBefore(scene, 33),
    manager,
    edited,
  });
  if (index < 0) plan.objects.push(made);
  else plan.objects[index] = made;
}

/** A chaos experiment on a workload that ended, or was never let loose. */
export function idleChaos(plan: Plan, workload: Workload, at: Millis): void {
  const { scene } = plan;
  const conditions = [
    ['Selected', 'True'],
    ['AllInjected', 'False'],
    ['AllRecovered', 'True'],
    ['Paused', 'True'],
  ].map(([type, status]) => ({ type, status }));
  plan.objects.push(
    object(
      scene,
      {
        apiVersion: 'chaos-mesh.org/v1alpha1',
        kind: 'NetworkChaos',
        namespace: workload.namespace,
        name: `${workload.name}-delay`,
      },
      {
        created: at,
        generation: 4,
        annotations: { 'experiment.chaos-mesh.org/pause': 'true' },
        finalizers: ['chaos-mesh/records'],
      },
      {
        spec: {
          action: 'delay',
          delay: { latency: '2s', jitter: '100ms' },
          direction: 'to',
          mode: 'all',
          selector: { labelSelectors: workload.selector, namespaces: [workload.namespace] },
        },
        status: { conditions, experiment: { desiredPhase: 'Stop', containerRecords: [] } },
      },
    ),
  );
}

const WORDS = [
  ['Unhealthy', 'kubelet', 'Readiness probe failed: HTTP probe failed with statuscode: 503'],
  ['BackOff', 'kubelet', 'Back-off restarting failed container {container} in pod {pod}_{namespace}({uid})'],
  [
    'FailedScheduling',
    'default-scheduler',
    '0/{nodes} nodes are available: {nodes} Insufficient memory. preemption: 0/{nodes} nodes are available: {nodes} No preemption victims found for incoming pod.',
  ],
  [
    'FailedMount',
    'kubelet',
    'MountVolume.SetUp failed for volume "kube-api-access" : failed to sync configmap cache: timed out waiting for the condition',
  ],
  [
    'FailedCreatePodSandBox',
    'kubelet',
    'Failed to create pod sandbox: rpc error: code = DeadlineExceeded desc = context deadline exceeded',
  ],
  ['Unhealthy', 'kubelet', 'Liveness probe failed: Get "http://{ip}:8080/healthz": context deadline exceeded'],
  ['Failed', 'kubelet', 'Error: ErrImagePull'],
] as const;

/** Warnings of an hour ago on every pod that runs: each is over. */
export function oldWarnings(plan: Plan, workloads: readonly Workload[], each: number): void {
  const { scene } = plan;
  for (const pod of workloads.flatMap((workload) => realise(plan, workload).pods)) {
    for (let index = 0; index < each; index++) {
      const kind = WORDS[scene.random.int(`warning/${pod.name}/${index}`, 0, WORDS.length - 1)] ?? WORDS[0];
      const first = Math.max(
        pod.frame.created + index * SECOND,
        scene.before(scene.random.int(`warned/${pod.name}/${index}`, 38, 57), index),
      );
      plan.events.push(warning(plan, pod, { kind, first }));
    }
  }
}

function warning(
  plan: Plan,
  pod: RealPod,
  { kind: [reason, component, text], first }: { kind: (typeof WORDS)[number]; first: Millis },
): Plan['events'][number] {
  const { frame } = pod;
  const message = text
    .replaceAll('{container}', frame.spec.containers[0]?.name ?? '')
    .replaceAll('{pod}', pod.name)
    .replaceAll('{namespace}', pod.namespace)
    .replaceAll('{uid}', frame.uid)
    .replaceAll('{ip}', frame.ip)
    .replaceAll('{nodes}', String(plan.nodes.length));
  return {
    about: { apiVersion: 'v1', kind: 'Pod', namespace: pod.namespace, name: pod.name, uid: frame.uid },
    type: 'Warning',
    reason,
    message,
    component,
    count: 2,
    first,
    last: first + MINUTE,
  };
}

/** A node that has been cordoned for months. */
export function cordonedForMonths(plan: Plan): void {
  const node = plan.nodes.find(({ controlPlane }) => !controlPlane);
  if (!node || plan.nodes.filter(({ controlPlane }) => !controlPlane).length < 2) return;
  node.unschedulable = true;
  node.labels['maintenance'] = 'awaiting-disk';
}

/** Says of every alert what is not true of it. */
export function retold(
  plan: Plan,
  words: Partial<Record<'summary' | 'description' | 'severity' | 'alertname', string>>,
): void {
  const { summary, description, severity, alertname } = words;
  const told = plan.alerts.map(
    (alert): AlertDraft => ({
      ...alert,
      labels: { ...alert.labels, ...(severity ? { severity } : {}), ...(alertname ? { alertname } : {}) },
      annotations: { ...alert.annotations, ...(summary ? { summary } : {}), ...(description ? { description } : {}) },
    }),
  );
  plan.alerts.splice(0, plan.alerts.length, ...told);
}

/** All alerts went silent a while ago. */
export function resolvedAt(plan: Plan, at: Millis): void {
  plan.alerts.splice(0, plan.alerts.length, ...plan.alerts.map((alert): AlertDraft => ({ ...alert, endsAt: at })));
}
