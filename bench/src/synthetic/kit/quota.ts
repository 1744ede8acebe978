import type { ExpectedDiagnosis } from '@headwater/contracts/recording/expected.ts';
import { MINUTE, type Millis } from '@headwater/core/time.ts';
import { alert } from '@headwater/testkit/world/alerts.ts';
import { edited, made } from '@headwater/testkit/world/metadata.ts';
import { object } from '@headwater/testkit/world/objects.ts';
import type { Plan, Workload } from '@headwater/testkit/world/plan.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { daysBefore } from '@headwater/testkit/world/scene.ts';
import { revisionsOf } from '@headwater/testkit/world/workload-names.ts';
import { rollBack, rollOut, scaleTo } from '@headwater/testkit/world/workload.ts';
import type { Scene } from '@headwater/testkit/world/scene.ts';
import { deploymentReplicasMismatch, deploymentRolloutStuck } from '@headwater/testkit/world/alerts.ts';
import { mainContainer, splitImage } from '@headwater/testkit/world/pod-spec.ts';
import { causeIs } from '../../../../recordings/expect.ts';
import type { Expected } from '../../../../recordings/scenario.ts';

/** The ground truth of a quota that leaves no room: the keywords beside its name, and what it must not be taken for. */
export function quotaIs(scene: Scene, keyword: string, not: ExpectedDiagnosis['not']): Expected {
  return causeIs({
    causes: [
      { kind: 'ResourceQuota', namespace: scene.cast.namespace, name: quotaName(scene) },
      { kind: 'Namespace', name: scene.cast.namespace },
    ],
    category: ['quota-exceeded'],
    keywords: [[keyword], [quotaName(scene)]],
    not,
  });
}

/** The name of the quota of a seed. */
export function quotaName(scene: Scene): string {
  return scene.random.pick('quota', ['compute', 'team-quota', `${scene.cast.namespace}-limits`, 'default-quota']);
}

export interface Quota {
  readonly namespace: string;
  readonly hard: Readonly<Record<string, string>>;
  readonly used: Readonly<Record<string, string>>;
  /** When an administrator last changed it; default: never. */
  readonly editedAt?: Millis | undefined;
}

/** Adds a ResourceQuota with what its controller counted. */
export function addQuota(plan: Plan, { namespace, hard, used, editedAt }: Quota): void {
  const { scene } = plan;
  const created = daysBefore(scene, 63);
  const meta = editedAt
    ? edited(created, { at: editedAt, manager: 'kubectl-edit', wrote: { spec: { hard: 1 } } })
    : made(created);
  const identity = { apiVersion: 'v1', kind: 'ResourceQuota', namespace, name: quotaName(scene) };
  plan.objects.push(object(scene, identity, meta, { spec: { hard }, status: { hard, used } }));
}

/** The alert of a quota that is used up; it only informs, so some teams route it nowhere. */
export function quotaFull(plan: Plan, namespace: string, { resource, at }: { resource: string; at: Millis }): void {
  if (!plan.scene.random.chance('quota-alert', 0.5)) return;
  alert(plan, {
    alertname: 'KubeQuotaFullyUsed',
    severity: 'info',
    labels: { job: 'kube-state-metrics', namespace, resource, resourcequota: quotaName(plan.scene) },
    summary: 'Namespace quota is fully used.',
    description: `Namespace ${namespace} is using 100% of its ${resource} quota on cluster .`,
    at: at + 15 * MINUTE,
  });
}

/** What the pods of a namespace ask for of a resource: millicores, mebibytes or pods. */
export function claimedIn(plan: Plan, namespace: string, resource: string): number {
  const [part = '', name = ''] = resource.split('.');
  return plan.workloads
    .filter((workload) => workload.namespace === namespace)
    .reduce((sum, workload) => sum + workload.replicas * (name ? perPod(workload, part, name) : 1), 0);
}

/** What one pod of a workload asks for of a resource, in millicores or mebibytes. */
export function perPod({ spec }: Workload, part: string, name: string): number {
  return spec.containers.reduce(
    (sum, { resources }) =>
      sum + Number.parseInt((part === 'limits' ? resources.limits : resources.requests)?.[name] ?? '0', 10),
    0,
  );
}

export interface Refusal {
  readonly workload: Workload;
  readonly at: Millis;
  /** The API server's answer after `pods "name" is forbidden: `. */
  readonly answer: string;
  /** Replicas that existed before, and that were wanted. */
  readonly from: number;
  readonly to: number;
  readonly created: number;
}

/** Pods the API server refuses: of a scale-up, or the surge pod of a rollout. The twin has them all. */
export function refusedPods(plan: Plan, refusal: Refusal): void {
  const { scene } = plan;
  const { workload, at, from, to } = refusal;
  const surge = scene.random.chance('refused-surge', 0.4);
  if (surge) {
    rollOut(workload, {
      at,
      spec: (spec) => {
        const main = mainContainer(spec);
        main.image = `${splitImage(main.image).name}:v14.${scene.random.int('new-tag', 0, 9)}.0`;
      },
    });
    if (scene.repaired) rollBack(workload, scene.repairedAt);
    workload.pods = Array.from({ length: workload.replicas }, () =>
      scene.repaired
        ? ({ revision: 'current', state: running(), survivor: true } as const)
        : ({ revision: 'previous', state: running() } as const),
    );
  } else {
    scaleTo(workload, {
      from,
      to,
      at,
      manager: scene.random.pick('scaler', ['kubectl-scale', 'keda-operator', 'kubectl-edit']),
    });
    workload.progress = 'complete';
    workload.pods = (workload.pods ?? []).map((pod, index) =>
      index < refusal.created ? pod : { ...pod, created: scene.repairedAt + 30_000 },
    );
  }
  if (scene.repaired) return;
  if (!surge) workload.pods = (workload.pods ?? []).slice(0, refusal.created);
  const hash = revisionsOf(workload).at(-1)?.hash;
  const pod = `${workload.name}-${hash}-${scene.random.suffix('refused', 5)}`;
  workload.refused = {
    count: surge ? 1 : to - refusal.created,
    since: at + 1_000,
    message: `pods "${pod}" is forbidden: ${refusal.answer}`,
  };
  if (surge && scene.random.chance('stuck-alert', 0.6)) deploymentRolloutStuck(plan, workload, at);
  else deploymentReplicasMismatch(plan, workload, at);
}
