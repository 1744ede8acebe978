import { MINUTE, type Millis } from '@headwater/core/time.ts';
import {
  deploymentReplicasMismatch,
  deploymentRolloutStuck,
  highErrorRate,
  podCrashLooping,
} from '@headwater/testkit/world/alerts.ts';
import { complaining, failedCall } from '@headwater/testkit/world/caller-logs.ts';
import type { Plan, ServicePlan, Workload } from '@headwater/testkit/world/plan.ts';
import { mainContainer, splitImage } from '@headwater/testkit/world/pod-spec.ts';
import { crashLooping } from '@headwater/testkit/world/pod-states/crash.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { pullFailing } from '@headwater/testkit/world/pod-states/waiting.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import { unschedulableOn } from '@headwater/testkit/world/scheduling.ts';
import { clusterAddress } from '@headwater/testkit/world/service.ts';
import { allPods, rollOut, stuckRollout } from '@headwater/testkit/world/workload.ts';

export interface Fault {
  readonly at: Millis;
  /** No alert tells of it. */
  readonly silent?: boolean;
}

/** A release whose tag was never pushed; the former pods serve on. */
export function tagMissing(plan: Plan, workload: Workload, { at, silent }: Fault): void {
  const tag = plan.scene.random.pick(`no-tag/${workload.name}`, ['v31.0.0', 'rc-20', 'build-90210']);
  rollOut(workload, {
    at,
    spec: (spec) => {
      const main = mainContainer(spec);
      main.image = `${splitImage(main.image).name}:${tag}`;
    },
  });
  const error = 'failed to pull and unpack image "{image}": failed to resolve reference "{image}": {image}: not found';
  stuckRollout(workload, pullFailing({ code: 'NotFound', error }), running());
  if (!silent) deploymentRolloutStuck(plan, workload, at);
}

/** A release with a memory limit it dies of. */
export function limitLowered(plan: Plan, workload: Workload, fault: Fault & { limit: string; node?: string }): void {
  const { at, limit, silent, node } = fault;
  rollOut(workload, {
    at,
    spec: (spec) => {
      mainContainer(spec).resources = {
        limits: { cpu: '500m', memory: limit },
        requests: { cpu: '100m', memory: '32Mi' },
      };
    },
  });
  workload.progress = 'complete';
  const says = ['{time} INFO starting', '{time} INFO loading data', '{time} INFO warming up cache'];
  allPods(workload, crashLooping({ exitCode: 137, reason: 'OOMKilled', ran: 46, says }), { node });
  if (silent) return;
  for (const pod of realise(plan, workload).pods) podCrashLooping(plan, pod, at + MINUTE);
}

/** The image of a workload's main container gets another tag, and all is well with it. */
export function releasedWell(plan: Plan, workload: Workload, at: Millis): string {
  const tag = `v12.${plan.scene.random.int(`good-tag/${workload.name}`, 0, 30)}.0`;
  rollOut(workload, {
    at,
    spec: (spec) => {
      const main = mainContainer(spec);
      main.image = `${splitImage(main.image).name}:${tag}`;
    },
  });
  const title = `Deploy ${workload.name} ${tag}`;
  const { namespace, name } = workload;
  plan.changes.push({
    time: at - 20_000,
    kind: 'deploy',
    title,
    source: 'ci',
    subject: { kind: 'Deployment', namespace, name },
  });
  plan.sources.changes = 'present';
  return tag;
}

/** The Service in front of a workload. */
export function serviceOf(plan: Plan, { namespace, name }: Pick<Workload, 'namespace' | 'name'>): ServicePlan {
  const found = plan.services.find((service) => service.name === name && service.namespace === namespace);
  if (!found) throw new Error(`${name} has no Service`);
  return found;
}

/** Somebody adds a label to a Service's selector that no pod carries. */
export function selectorEdited(plan: Plan, workload: Workload, at: Millis): void {
  const service = serviceOf(plan, workload);
  service.changed = at;
  service.manager = 'kubectl-edit';
  service.selector = { ...service.selector, tier: 'backend' };
}

/** Somebody points a Service at a port nobody listens on. */
export function targetPortEdited(plan: Plan, workload: Workload, { at, port }: { at: Millis; port: number }): void {
  const service = serviceOf(plan, workload);
  service.changed = at;
  service.manager = 'kubectl-patch';
  service.ports = service.ports.map((one) => ({ ...one, targetPort: port }));
}

export interface Calls {
  readonly caller: Workload;
  readonly callee: Workload;
  readonly port: number;
  readonly since: Millis;
  /** Default `connect: connection refused`. */
  readonly error?: string;
  readonly percent?: number;
  readonly silent?: boolean;
}

/** The caller's log says that its calls fail; its error rate alerts. */
export function callsFail(plan: Plan, calls: Calls): void {
  const { caller, callee, port, since, percent = 57 } = calls;
  const host =
    callee.namespace === caller.namespace ? callee.name : `${callee.name}.${callee.namespace}.svc.cluster.local`;
  const error = `dial tcp ${clusterAddress(plan.scene, callee)}:${port}: ${calls.error ?? 'connect: connection refused'}`;
  complaining(plan, caller, {
    complaints: [
      {
        since: since + 3_000,
        every: 30,
        say: failedCall({ to: callee.name, url: `http://${host}:${port}/api`, error }),
      },
    ],
  });
  if (!calls.silent) highErrorRate(plan, caller, { since, percent });
}

/** A workload is pinned to nodes that do not exist; its new pod waits. */
export function pinnedNowhere(plan: Plan, workload: Workload, { at, silent }: Fault): void {
  rollOut(workload, {
    at,
    spec: (spec) => {
      spec.nodeSelector = { 'node.kubernetes.io/pool': 'highmem' };
    },
  });
  const why = "node(s) didn't match Pod's node affinity/selector";
  stuckRollout(
    workload,
    unschedulableOn(plan, () => ({ words: why, preemptable: false })),
    running(),
  );
  if (!silent) deploymentReplicasMismatch(plan, workload, at);
}
