import { MINUTE } from '@headwater/core/time.ts';
import { alert, deploymentReplicasMismatch, podNotReady } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { leaderLease, staticPod } from '@headwater/testkit/world/kube-system.ts';
import { crashLooping } from '@headwater/testkit/world/pod-states/crash.ts';
import { ignored } from '@headwater/testkit/world/pod-states/pending.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import { causeIs } from '../expect.ts';
import type { Scenario } from '../scenario.ts';

/** Z03: the scheduler's manifest was edited and it no longer starts; new pods are looked at by nobody. */
export const scenario: Scenario = {
  slug: 'scheduler-down',
  title: 'New pods stay pending without any event',
  families: ['control-plane', 'scheduling'],
  cluster: { selfManaged: true },
  build(scene) {
    const { plan, app } = basePlan(scene);
    const { orders, catalog } = app;
    const at = scene.around('edited', 39);
    const node = plan.nodes.find(({ controlPlane }) => controlPlane);
    if (!node) return plan;
    const replace = (
      match: (object: (typeof plan.objects)[number]) => boolean,
      made: (typeof plan.objects)[number],
    ): void => {
      plan.objects[plan.objects.findIndex(match)] = made;
    };
    const pendingAt = at + 12 * MINUTE;
    for (const workload of [orders, catalog]) workload.progress = 'complete';
    if (scene.repaired) {
      for (const workload of [orders, catalog]) {
        workload.pods = Array.from({ length: workload.replicas }, (_, index) => ({
          revision: 'current',
          state: running(),
          ...(index === 0 ? { created: scene.repairedAt + 8_000 } : {}),
        }));
      }
      return plan;
    }
    replace(
      ({ kind, metadata }) => kind === 'Lease' && metadata.name === 'kube-scheduler',
      leaderLease(plan, 'kube-scheduler', node.name, at - 2_000),
    );
    const says = ['Error: unknown flag: --feature-gate', 'Usage:', '  kube-scheduler [flags]'];
    const broken = crashLooping({ exitCode: 1, ran: 1, since: at, says });
    replace(
      ({ kind, metadata }) => kind === 'Pod' && metadata.name === `kube-scheduler-${node.name}`,
      staticPod(plan, node, 'kube-scheduler', broken),
    );
    for (const workload of [orders, catalog]) {
      workload.pods = Array.from({ length: workload.replicas }, (_, index) =>
        index === 0
          ? { revision: 'current', state: ignored(), created: pendingAt }
          : { revision: 'current', state: running() },
      );
      const pod = realise(plan, workload).pods[0];
      if (pod) podNotReady(plan, pod, pendingAt);
      deploymentReplicasMismatch(plan, workload, pendingAt);
    }
    alert(plan, {
      alertname: 'KubeSchedulerDown',
      severity: 'critical',
      labels: { job: 'kube-scheduler' },
      summary: 'Target disappeared from Prometheus target discovery.',
      description: 'KubeScheduler has disappeared from Prometheus target discovery.',
      at: at + 15 * MINUTE,
    });
    return plan;
  },
  expected: () =>
    causeIs({
      causes: [
        { kind: 'Pod', namespace: 'kube-system', name: 'kube-scheduler*' },
        { kind: 'Lease', namespace: 'kube-system', name: 'kube-scheduler' },
        { kind: 'Node' },
      ],
      category: ['scheduler-down'],
      keywords: [['kube-scheduler', 'scheduler']],
      not: [{ kind: 'Deployment' }, { category: 'insufficient-cpu' }, { category: 'app-crash' }],
    }),
};
