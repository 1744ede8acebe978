import { type Millis, SECOND } from '@headwater/core/time.ts';
import { renderDaemonSet } from './daemon-set.ts';
import { renderDeployment } from './deployment.ts';
import type { EventDraft } from './events.ts';
import { healthyLog } from './healthy-log.ts';
import type { Json, KubeJson } from './json.ts';
import { uidOf } from './metadata.ts';
import type { LogDraft, NodePlan, Plan, PodPlan, Workload } from './plan.ts';
import type { PodSpecJson } from './pod-spec.ts';
import { type PodFrame, type PodOutcome, renderPod } from './pod.ts';
import { running } from './pod-states/running.ts';
import { renderStatefulSet } from './stateful-set.ts';
import { type NumberedRevision, revisionsOf } from './workload-names.ts';

/** A pod with everything decided: its object, its logs and its events. */
export interface RealPod {
  readonly workload: Workload;
  readonly plan: PodPlan;
  readonly revision: NumberedRevision;
  readonly frame: PodFrame;
  readonly outcome: PodOutcome;
  readonly object: KubeJson;
  readonly name: string;
  readonly namespace: string;
  readonly logs: readonly LogDraft[];
}

/** A workload with its controllers' objects and pods. */
export interface RealWorkload {
  readonly workload: Workload;
  /** The Deployment, StatefulSet or DaemonSet itself. */
  readonly owner: KubeJson;
  /** ReplicaSets or ControllerRevisions. */
  readonly middle: readonly KubeJson[];
  readonly pods: readonly RealPod[];
  readonly events: readonly EventDraft[];
}

/** A pod before it has an owner. */
export interface DraftPod {
  readonly plan: PodPlan;
  readonly revision: NumberedRevision;
  readonly frame: PodFrame;
  readonly outcome: PodOutcome;
}

const REALISED = new WeakMap<Workload, RealWorkload>();

/** Decides a workload's objects once; edits after that would not be seen, so it is frozen. */
export function realise(plan: Plan, workload: Workload): RealWorkload {
  const known = REALISED.get(workload);
  if (known) return known;
  const made = build(plan, workload);
  REALISED.set(workload, made);
  Object.freeze(workload);
  return made;
}

function build(plan: Plan, workload: Workload): RealWorkload {
  const revisions = revisionsOf(workload);
  const plans = workload.pods ?? healthyPods(plan, workload);
  const drafts = plans.map((pod, index) => draftPod(plan, workload, { pod, index, revisions }));
  const render = { Deployment: renderDeployment, StatefulSet: renderStatefulSet, DaemonSet: renderDaemonSet }[
    workload.kind
  ];
  const { owner, middle, podMeta, events } = render(plan, workload, { revisions, drafts });
  const pods = drafts.map((draft): RealPod => {
    const { frame, outcome } = draft;
    const object = renderPod(frame, outcome, podMeta(draft));
    return {
      ...draft,
      workload,
      object,
      name: frame.name,
      namespace: frame.namespace,
      logs: logsOf(plan, workload, draft),
    };
  });
  return { workload, owner, middle, pods, events: [...events, ...pods.flatMap(({ outcome }) => outcome.events)] };
}

function healthyPods(plan: Plan, workload: Workload): PodPlan[] {
  const count = workload.kind === 'DaemonSet' ? nodesFor(plan, workload).length : workload.replicas;
  return Array.from({ length: count }, () => ({ revision: 'current', state: running() }) as const);
}

interface Slot {
  readonly pod: PodPlan;
  readonly index: number;
  readonly revisions: readonly NumberedRevision[];
}

function draftPod(plan: Plan, workload: Workload, slot: Slot): DraftPod {
  const { pod, index, revisions } = slot;
  const revision = pod.revision === 'current' ? revisions.at(-1) : revisions.at(-2);
  if (!revision) throw new Error(`${workload.name} has no ${pod.revision} revision`);
  const { scene } = plan;
  const { namespace } = workload;
  const created =
    pod.created ??
    (pod.survivor ? revision.made : revision.at) +
      SECOND +
      index * scene.random.int(`gap/${namespace}/${workload.name}`, 2, 9) * SECOND;
  const name = podName(plan, workload, { ...slot, hash: revision.hash, created });
  const uid = uidOf(scene, { apiVersion: 'v1', kind: 'Pod', namespace, name }, created);
  const volumes = claimedVolumes(workload, name, revision.spec);
  const own: PodSpecJson =
    volumes.length > 0 ? { ...revision.spec, volumes: [...(revision.spec.volumes ?? []), ...volumes] } : revision.spec;
  const spec = pod.mutate ? structuredClone(own) : own;
  pod.mutate?.(spec);
  const node = nodeOf(plan, workload, slot);
  const ip = spec['hostNetwork'] === true ? node.address : addressOf(plan, uid);
  const frame = { scene, namespace, name, uid, created, spec, workload: workload.name, node, ip };
  return { plan: pod, revision, frame, outcome: pod.state(frame) };
}

// What the StatefulSet controller adds to each pod: a volume per claim template, of the pod's own claim.
function claimedVolumes(
  workload: Workload,
  pod: string,
  spec: PodSpecJson,
): { name: string; persistentVolumeClaim: Json }[] {
  if (workload.kind !== 'StatefulSet') return [];
  const names = (workload.claims ?? []).map(({ metadata }) => (metadata as { name: string }).name);
  return names
    .filter((name) => !spec.volumes?.some((volume) => volume.name === name))
    .map((name) => ({ name, persistentVolumeClaim: { claimName: `${name}-${pod}` } }));
}

function podName(plan: Plan, workload: Workload, slot: Slot & { hash: string; created: Millis }): string {
  const { name, namespace, kind } = workload;
  if (kind === 'StatefulSet') return `${name}-${slot.index}`;
  const suffix = plan.scene.random.suffix(
    `pod/${namespace}/${name}/${slot.hash}/${slot.index}/${slot.pod.salt ?? ''}@${slot.created}`,
    5,
  );
  return kind === 'DaemonSet' ? `${name}-${suffix}` : `${name}-${slot.hash}-${suffix}`;
}

/** The nodes a workload may run on: every node for a DaemonSet, else those without a NoSchedule taint. */
export function nodesFor(plan: Plan, workload: Pick<Workload, 'kind'>): NodePlan[] {
  return workload.kind === 'DaemonSet' ? plan.nodes : plan.nodes.filter(({ controlPlane }) => !controlPlane);
}

function nodeOf(plan: Plan, workload: Workload, { pod, index }: Slot): NodePlan {
  const candidates = nodesFor(plan, workload);
  const named = plan.nodes.find(({ name }) => name === pod.node);
  if (named) return named;
  const start =
    workload.kind === 'DaemonSet' ? 0 : plan.scene.random.int(`node/${workload.namespace}/${workload.name}`, 0, 97);
  const node = candidates[(start + index) % candidates.length];
  if (!node) throw new Error(`no node for ${workload.name}`);
  return node;
}

const ADDRESSES = new WeakMap<Plan, Map<string, string>>();

// Stable per pod, so that a twin's unchanged pods keep their addresses; probing keeps them unique.
function addressOf(plan: Plan, uid: string): string {
  const taken = ADDRESSES.get(plan) ?? new Map<string, string>();
  ADDRESSES.set(plan, taken);
  const { random, cluster } = plan.scene;
  const third = random.int(`ip3/${uid}`, 0, 3);
  let fourth = random.int(`ip4/${uid}`, 3, 250);
  while (taken.has(`${third}.${fourth}`)) fourth = fourth >= 250 ? 3 : fourth + 1;
  taken.set(`${third}.${fourth}`, uid);
  return `${cluster.podNetwork}.${third}.${fourth}`;
}

function logsOf(plan: Plan, workload: Workload, draft: DraftPod): LogDraft[] {
  const { frame, outcome } = draft;
  const place = { namespace: frame.namespace, pod: frame.name };
  const window = { name: frame.name, from: frame.created + 5 * SECOND, to: plan.scene.now };
  const own = draft.plan.logs?.(window) ?? outcome.logs;
  if (own.length > 0) return own.map((log) => ({ ...place, ...log }));
  if (outcome.phase !== 'Running' || outcome.deleted || !outcome.hasAddress) return [];
  return healthyLog(plan.scene, workload, frame).map((log) => ({ ...place, ...log }));
}
