import type { Millis } from '@headwater/core/time.ts';
import type { Json } from './json.ts';
import type { LogStyleName, Plan, PodPlan, Workload } from './plan.ts';
import type { PodState } from './pod.ts';
import type { PodSpecJson } from './pod-spec.ts';
import { running } from './pod-states/running.ts';
import { daysBefore } from './scene.ts';

export interface WorkloadOptions {
  readonly kind?: Workload['kind'];
  readonly replicas?: number;
  readonly spec: PodSpecJson;
  readonly labels?: Record<string, string>;
  readonly podAnnotations?: Record<string, string>;
  /** Days since it was last rolled out; it is older than that. */
  readonly days?: number;
  readonly manager?: string;
  readonly logs?: LogStyleName;
  readonly claims?: Json[];
  readonly specExtra?: Json;
}

/** The labels a workload's pods and Service share, in the cluster's own style. */
export function identityLabels(plan: Plan, name: string): Record<string, string> {
  const { labelStyle } = plan.scene.cluster;
  if (labelStyle === 'recommended') return { 'app.kubernetes.io/instance': name, 'app.kubernetes.io/name': name };
  return { [labelStyle]: name };
}

/** Adds a workload; without `days` it has been as it is for weeks. */
export function addWorkload(plan: Plan, namespace: string, name: string, options: WorkloadOptions): Workload {
  const { scene } = plan;
  const labels = options.labels ?? identityLabels(plan, name);
  const days = options.days ?? scene.random.number(`age/${namespace}/${name}`, 2, 30);
  const changedAt = Math.floor(daysBefore(scene, days) / 1000) * 1000;
  const workload: Workload = {
    kind: options.kind ?? 'Deployment',
    namespace,
    name,
    selector: labels,
    labels: { ...labels, ...(scene.cast.manager === 'helm' ? { 'app.kubernetes.io/managed-by': 'Helm' } : {}) },
    annotations:
      scene.cast.manager === 'helm'
        ? { 'meta.helm.sh/release-name': name, 'meta.helm.sh/release-namespace': namespace }
        : {},
    created: changedAt,
    manager: options.manager ?? scene.cast.manager,
    spec: options.spec,
    podLabels: { ...labels },
    podAnnotations: { ...options.podAnnotations },
    replicas: options.replicas ?? 1,
    changedAt,
    revisions: [],
    pods: null,
    scales: [],
    specExtra: { ...options.specExtra },
    logStyle: options.logs ?? 'quiet',
    ...(options.claims ? { claims: options.claims } : {}),
  };
  plan.workloads.push(workload);
  return workload;
}

export interface Edit {
  readonly at: Millis;
  /** Who wrote it; default: who always does. */
  readonly manager?: string;
  readonly spec?: (spec: PodSpecJson) => void;
  readonly annotations?: Record<string, string>;
}

/** Changes a workload's template: the former becomes its previous revision. */
export function rollOut(workload: Workload, edit: Edit): void {
  workload.revisions.push({ at: workload.changedAt, spec: workload.spec, annotations: workload.podAnnotations });
  workload.spec = structuredClone(workload.spec);
  edit.spec?.(workload.spec);
  workload.podAnnotations = { ...workload.podAnnotations, ...edit.annotations };
  workload.changedAt = edit.at;
  workload.manager = edit.manager ?? workload.manager;
}

/** Goes back to the template before the last rollout. */
export function rollBack(workload: Workload, at: Millis, manager = 'kubectl-rollout'): void {
  const former = workload.revisions.at(-1);
  if (!former) throw new Error(`${workload.name} has nothing to go back to`);
  rollOut(workload, { at, manager });
  workload.spec = structuredClone(former.spec);
  workload.podAnnotations = { ...former.annotations };
}

/** Restarts every pod, as `kubectl rollout restart` does. */
export function restart(workload: Workload, at: Millis, text: string): void {
  rollOut(workload, { at, manager: 'kubectl-rollout', annotations: { 'kubectl.kubernetes.io/restartedAt': text } });
}

/** Puts every replica of the current revision in a state. */
export function allPods(workload: Workload, state: PodState, more: Partial<PodPlan> = {}): void {
  workload.pods = Array.from({ length: workload.replicas }, (): PodPlan => ({ revision: 'current', state, ...more }));
}

/**
 * A rolling update that stopped at its first pod: the new revision's surge pod is in the given state, every replica of the
 * former revision still serves.
 */
export function stuckRollout(workload: Workload, state: PodState, served: PodState, more: Partial<PodPlan> = {}): void {
  const former = Array.from({ length: workload.replicas }, (): PodPlan => ({ revision: 'previous', state: served }));
  workload.pods = [...former, { revision: 'current', state, ...more }];
}

/** Changes the replica count, as `kubectl scale` does: no new revision, one Event of the Deployment's controller. */
export function scaleTo(
  workload: Workload,
  scale: { readonly from: number; readonly to: number; readonly at: Millis; readonly manager: string },
): void {
  workload.replicas = scale.to;
  workload.scales.push(scale);
  const made = workload.changedAt;
  const kept = Math.min(scale.from, scale.to);
  workload.pods = Array.from(
    { length: scale.to },
    (_, index): PodPlan => ({
      revision: 'current',
      state: running(),
      created: index < kept ? made + 1_000 + index * 4_000 : scale.at + 1_000,
    }),
  );
}
