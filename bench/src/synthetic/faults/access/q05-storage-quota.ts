import { statefulSetReplicasMismatch } from '@headwater/testkit/world/alerts.ts';
import type { Application } from '@headwater/testkit/world/application.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import type { Plan } from '@headwater/testkit/world/plan.ts';
import { mainContainer } from '@headwater/testkit/world/pod-spec.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { daysBefore, type Scene } from '@headwater/testkit/world/scene.ts';
import { boundClaim, claimTemplate } from '@headwater/testkit/world/storage.ts';
import { allPods } from '@headwater/testkit/world/workload.ts';
import type { Fault } from '../../fault.ts';
import { pendingRollout } from '../../kit/pending.ts';
import { addQuota, quotaFull, quotaIs, quotaName } from '../../kit/quota.ts';
import { claimPending, isStateful } from '../../kit/unbound-claim.ts';

export const fault: Fault = {
  code: 'Q05',
  name: 'storage quota exceeded',
  lookAlikes: ['T01', 'T02', 'Q03'],
  scenario: {
    slug: 'synthetic-quota-storage',
    title: 'A workload with a volume does not come up',
    families: ['admission', 'storage'],
    build(scene) {
      const { plan, app } = basePlan(scene, { needs: ['queue'] });
      const { namespace } = app;
      const at = scene.around('installed', 34);
      const volumes = scene.random.int('volumes', 2, 4);
      for (let index = 0; index < volumes; index++)
        plan.objects.push(
          ...boundClaim(scene, {
            namespace,
            name: `archive-${index}`,
            size: '10Gi',
            created: daysBefore(scene, 30 - index),
          }),
        );
      const count = plan.objects.filter(
        (one) => one.kind === 'PersistentVolumeClaim' && one.metadata.namespace === namespace,
      );
      const used = count.reduce((sum, claim) => sum + sizeOf(claim['spec']), 0);
      const bySize = resourceOf(scene) === 'requests.storage';
      const amount = (value: number): string => (bySize ? `${value}Gi` : String(value));
      const taken = bySize ? used : count.length;
      const wanted = bySize ? 8 : 1;
      const hard = scene.repaired
        ? taken + 50
        : taken + (bySize && isStateful(scene) ? scene.random.int('room', 0, 7) : 0);
      addQuota(plan, {
        namespace,
        hard: { [resourceOf(scene)]: amount(hard), pods: '60' },
        used: { [resourceOf(scene)]: amount(scene.repaired ? taken + wanted : taken), pods: '9' },
        editedAt: scene.repaired ? scene.repairedAt : undefined,
      });
      const answer = `exceeded quota: ${quotaName(scene)}, requested: ${resourceOf(scene)}=${amount(wanted)}, used: ${resourceOf(scene)}=${amount(taken)}, limited: ${resourceOf(scene)}=${amount(hard)}`;
      if (isStateful(scene)) refusedClaim(plan, app, { at, answer });
      else missingClaim(plan, app, at);
      quotaFull(plan, namespace, { resource: resourceOf(scene), at });
      return plan;
    },
    expected: (scene) =>
      quotaIs(scene, resourceOf(scene), [
        { category: 'pvc-missing' },
        { category: 'storageclass-missing' },
        { kind: 'Node' },
      ]),
  },
};

function resourceOf(scene: Scene): string {
  return scene.random.pick('resource', ['requests.storage', 'persistentvolumeclaims']);
}

function sizeOf(spec: unknown): number {
  return Number.parseInt((spec as { resources: { requests: { storage: string } } }).resources.requests.storage, 10);
}

// The StatefulSet controller makes the claim before the pod, so there is neither.
function refusedClaim(plan: Plan, { queue }: Application, { at, answer }: { at: number; answer: string }): void {
  const { scene } = plan;
  const name = `data-${queue.name}-0`;
  queue.spec = structuredClone(queue.spec);
  mainContainer(queue.spec).volumeMounts = [{ mountPath: '/var/lib/broker', name: 'data' }];
  Object.assign(queue, { created: at, changedAt: at, claims: claimTemplate(plan, { name: 'data', size: '8Gi' }) });
  if (scene.repaired) {
    plan.objects.push(
      ...boundClaim(scene, { namespace: queue.namespace, name, size: '8Gi', created: scene.repairedAt }),
    );
    allPods(queue, running(), { created: scene.repairedAt + 9_000 });
    return;
  }
  queue.pods = [];
  queue.refused = {
    count: 1,
    since: at + 1_000,
    message: `failed to create PVC ${name}: persistentvolumeclaims "${name}" is forbidden: ${answer}`,
  };
  statefulSetReplicasMismatch(plan, queue, at);
}

// The claim came with the manifests and was refused; only the pod that mounts it is left to see.
function missingClaim(plan: Plan, app: Application, at: number): void {
  const name = `${app.extra.name}-data`;
  pendingRollout(plan, app, {
    workload: app.extra,
    at,
    state: claimPending(plan, `persistentvolumeclaim "${name}" not found.`),
    edit: (spec) => {
      spec.volumes = [{ name: 'data', persistentVolumeClaim: { claimName: name } }];
      mainContainer(spec).volumeMounts = [{ mountPath: '/data', name: 'data' }];
    },
  });
}
