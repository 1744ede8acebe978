import type { Millis } from '@headwater/core/time.ts';
import type { Application } from '@headwater/testkit/world/application.ts';
import { about } from '@headwater/testkit/world/controller-events.ts';
import type { EventDraft } from '@headwater/testkit/world/events.ts';
import type { KubeJson } from '@headwater/testkit/world/json.ts';
import type { Plan, Workload } from '@headwater/testkit/world/plan.ts';
import { mainContainer } from '@headwater/testkit/world/pod-spec.ts';
import { unschedulable } from '@headwater/testkit/world/pod-states/pending.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import type { PodState } from '@headwater/testkit/world/pod.ts';
import type { Scene } from '@headwater/testkit/world/scene.ts';
import { boundClaim, type ClaimOptions, claimTemplate, pendingClaim } from '@headwater/testkit/world/storage.ts';
import { allPods, rollOut, stuckRollout } from '@headwater/testkit/world/workload.ts';
import { pendingAlerts } from './pending.ts';

/** Who waits for a claim: a newly installed broker, or a Deployment whose new revision mounts it. */
export interface ClaimUser {
  readonly workload: Workload;
  readonly claim: string;
  readonly at: Millis;
}

/** Prepares a workload that uses a claim; the seed says which. `size` and `className` are what its template asks for. */
export function claimUser(plan: Plan, app: Application, template: Pick<ClaimOptions, 'size' | 'className'>): ClaimUser {
  const { scene } = plan;
  const at = scene.around('installed', 37);
  const claim = claimNameOf(scene);
  const workload = isStateful(scene) ? app.queue : app.extra;
  const volume = { name: 'data', persistentVolumeClaim: { claimName: claim } };
  const mount = { mountPath: isStateful(scene) ? '/var/lib/broker' : '/data', name: 'data' };
  if (!isStateful(scene)) {
    rollOut(workload, {
      at,
      spec: (spec) => {
        spec.volumes = [volume];
        mainContainer(spec).volumeMounts = [mount];
      },
    });
    return { workload, claim, at };
  }
  workload.spec = structuredClone(workload.spec);
  workload.spec.volumes = [volume];
  mainContainer(workload.spec).volumeMounts = [mount];
  Object.assign(workload, {
    created: at,
    changedAt: at,
    claims: claimTemplate(plan, { name: 'data', ...withoutUndefined(template) }),
  });
  return { workload, claim, at };
}

function withoutUndefined({ size, className }: Pick<ClaimOptions, 'size' | 'className'>): {
  size: string;
  className?: string;
} {
  return className === undefined ? { size } : { size, className };
}

/** Whether the user of the claim is a StatefulSet. */
export function isStateful(scene: Scene): boolean {
  return scene.random.chance('stateful', 0.5);
}

/** The name of the claim in question. */
export function claimNameOf(scene: Scene): string {
  const { random, cast } = scene;
  if (isStateful(scene)) return `data-${cast.queue}-0`;
  return `${cast.extra}-${random.pick('claim-suffix', ['data', 'uploads', 'cache-volume'])}`;
}

/** The subjects of an unbound claim that count as its cause. */
export function claimCauses(scene: Scene): { kind: string; namespace: string; name: string }[] {
  const { namespace, queue, extra } = scene.cast;
  return [
    { kind: 'PersistentVolumeClaim', namespace, name: claimNameOf(scene) },
    isStateful(scene)
      ? { kind: 'StatefulSet', namespace, name: queue }
      : { kind: 'Deployment', namespace, name: extra },
  ];
}

export interface UnboundClaim {
  readonly user: ClaimUser;
  /** The claim as it is; the repaired one is `fixed`. */
  readonly claim: Omit<ClaimOptions, 'namespace' | 'name' | 'created'>;
  readonly fixed: Omit<ClaimOptions, 'namespace' | 'name' | 'created'>;
  /** The scheduler's words; default: the claim is unbound. */
  readonly why?: string;
  readonly events: readonly Pick<EventDraft, 'type' | 'reason' | 'message'>[];
}

/** A claim that stays Pending, its controller's Events, and the pods that wait for it; the twin has it bound. */
export function unboundClaim(plan: Plan, { user, ...options }: UnboundClaim): KubeJson | undefined {
  const { scene } = plan;
  const { workload, claim: name, at } = user;
  const { namespace } = workload;
  if (scene.repaired) {
    plan.objects.push(...boundClaim(scene, { ...options.fixed, namespace, name, created: scene.repairedAt }));
    allPods(workload, running(), { created: scene.repairedAt + 3_000 });
    return undefined;
  }
  const pending = pendingClaim(scene, { ...options.claim, namespace, name, created: at });
  plan.objects.push(pending);
  for (const event of options.events)
    plan.events.push({
      about: about(pending),
      component: 'persistentvolume-controller',
      count: Math.floor((scene.zero - at) / 15_000),
      first: at,
      last: scene.before(0, 9),
      ...event,
    });
  const state = claimPending(plan, options.why ?? 'pod has unbound immediate PersistentVolumeClaims.');
  if (workload.revisions.length > 0) stuckRollout(workload, state, running());
  else allPods(workload, state, { created: at });
  pendingAlerts(plan, workload, at);
  return pending;
}

/** Pods the scheduler refuses before it looks at a node. Since 1.33 it says no word about preemption then. */
export function claimPending(plan: Plan, why: string): PodState {
  const nodes = plan.nodes.length;
  const state = unschedulable({ why, nodes });
  return (frame) => {
    const outcome = state(frame);
    if (frame.scene.cluster.version < 'v1.33' || /^\d/.test(why)) return outcome;
    const message = `0/${nodes} nodes are available: ${why} not found`;
    return {
      ...outcome,
      conditions: outcome.conditions.map((condition) => ({ ...condition, message })),
      events: outcome.events.map((event) => ({ ...event, message })),
    };
  };
}
