import { alert, deploymentReplicasMismatch } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { made } from '@headwater/testkit/world/metadata.ts';
import { object } from '@headwater/testkit/world/objects.ts';
import type { Workload } from '@headwater/testkit/world/plan.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { daysBefore } from '@headwater/testkit/world/scene.ts';
import { revisionsOf } from '@headwater/testkit/world/workload-names.ts';
import { scaleTo } from '@headwater/testkit/world/workload.ts';
import { causeIs } from '../expect.ts';
import type { Scenario } from '../scenario.ts';

/** Q01: scaling up runs into the namespace's CPU quota; the missing replicas leave no pod behind. */
export const scenario: Scenario = {
  slug: 'quota-exceeded',
  title: 'A service does not reach the replicas it was scaled to',
  families: ['quota', 'admission'],
  build(scene) {
    const { plan, app } = basePlan(scene);
    const { orders, namespace } = app;
    const at = scene.around('scaled', 23);
    const used = plan.workloads
      .filter((workload) => workload.namespace === namespace)
      .reduce((sum, workload) => sum + requestedMillis(workload), 0);
    const hard = `${used + 100}m`;
    const limit = scene.repaired ? `${used + 600}m` : hard;
    scaleTo(orders, { from: 2, to: 5, at, manager: 'kubectl-scale' });
    const status = {
      hard: { pods: '40', 'requests.cpu': limit },
      used: { pods: '9', 'requests.cpu': scene.repaired ? `${used + 300}m` : hard },
    };
    plan.objects.push(
      object(
        scene,
        { apiVersion: 'v1', kind: 'ResourceQuota', namespace, name: 'compute' },
        { ...made(daysBefore(scene, 60)), changed: at + 1_000 },
        { spec: { hard: status.hard }, status },
      ),
    );
    if (scene.repaired) {
      orders.pods = (orders.pods ?? []).map((pod, index) =>
        index < 3 ? pod : { ...pod, created: scene.repairedAt + 30_000, state: running() },
      );
      return plan;
    }
    orders.pods = (orders.pods ?? []).slice(0, 3);
    orders.progress = 'complete';
    const hash = revisionsOf(orders).at(-1)?.hash;
    orders.refused = {
      count: 2,
      since: at + 1_000,
      message: `pods "${orders.name}-${hash}-${scene.random.suffix('refused', 5)}" is forbidden: exceeded quota: compute, requested: requests.cpu=100m, used: requests.cpu=${hard}, limited: requests.cpu=${hard}`,
    };
    deploymentReplicasMismatch(plan, orders, at);
    alert(plan, {
      alertname: 'KubeQuotaFullyUsed',
      severity: 'info',
      labels: { job: 'kube-state-metrics', namespace, resource: 'requests.cpu', resourcequota: 'compute' },
      summary: 'Namespace quota is fully used.',
      description: `Namespace ${namespace} is using 100% of its requests.cpu quota on cluster .`,
      at: at + 15 * 60_000,
    });
    return plan;
  },
  expected: (scene) =>
    causeIs({
      causes: [
        { kind: 'ResourceQuota', namespace: scene.cast.namespace, name: 'compute' },
        { kind: 'Namespace', name: scene.cast.namespace },
      ],
      category: ['quota-exceeded'],
      keywords: [['requests.cpu'], ['compute'], ['100m']],
      not: [{ category: 'limit-range' }, { category: 'insufficient-cpu' }, { kind: 'Node' }],
    }),
};

function requestedMillis(workload: Workload): number {
  const perPod = workload.spec.containers.reduce(
    (sum, { resources }) => sum + Number.parseInt(resources.requests?.['cpu'] ?? '0', 10),
    0,
  );
  return perPod * workload.replicas;
}
