import { highLatency } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { addMetrics, counter, during, gauge, steady, traffic, usage } from '@headwater/testkit/world/metrics.ts';
import { mainContainer } from '@headwater/testkit/world/pod-spec.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import { rollBack, rollOut } from '@headwater/testkit/world/workload.ts';
import { causeIs } from '../expect.ts';
import type { Scenario } from '../scenario.ts';

/** U04: another team's pod without a limit takes the CPU of the node it shares with the slow services. */
export const scenario: Scenario = {
  slug: 'noisy-neighbour',
  title: 'Two services on one node got slow, their own load did not change',
  families: ['saturation', 'node'],
  build(scene) {
    const { plan, app, bystanders } = basePlan(scene, { decoy: false });
    const { catalog, frontend } = app;
    const { other } = bystanders;
    const [shared, calm] = plan.nodes.filter(({ controlPlane }) => !controlPlane);
    if (!shared || !calm) return plan;
    const at = scene.around('busy', 25);
    rollOut(other, {
      at: at - 60_000,
      spec: (spec) => {
        const main = mainContainer(spec);
        main.args = ['--backfill', '--workers=16'];
        main.resources = { requests: { cpu: '50m', memory: '64Mi' } };
      },
    });
    if (scene.repaired) rollBack(other, scene.repairedAt);
    other.pods = [{ revision: 'current', state: running(), node: shared.name }];
    for (const workload of [catalog, frontend])
      workload.pods = Array.from({ length: workload.replicas }, () => ({
        revision: 'current',
        state: running(),
        node: shared.name,
      }));
    for (const [workload, rate] of [
      [catalog, 11],
      [frontend, 8],
    ] as const) {
      for (const pod of realise(plan, workload).pods) {
        addMetrics(
          plan,
          traffic(scene, pod, {
            rate: steady(scene, pod.name, rate),
            seconds: during(scene, at, { normal: () => 0.05, faulty: () => 0.64 }),
          }),
          usage(scene, pod, {
            cores: during(scene, at, { normal: steady(scene, pod.name, 0.16), faulty: steady(scene, pod.name, 0.12) }),
            bytes: steady(scene, pod.name, 130e6),
          }),
        );
      }
    }
    const [greedy] = realise(plan, other).pods;
    if (greedy)
      addMetrics(
        plan,
        usage(scene, greedy, {
          cores: during(scene, at, { normal: () => 0.03, faulty: steady(scene, 'greedy', 3.4, 0.02) }),
          bytes: steady(scene, 'greedy-memory', 90e6),
        }),
      );
    const host = { cpu: '0', instance: `${shared.address}:9100`, job: 'node-exporter', node: shared.name };
    addMetrics(
      plan,
      counter(
        scene,
        'node_cpu_seconds_total',
        { ...host, mode: 'idle' },
        { rate: during(scene, at, { normal: () => 0.84, faulty: () => 0.02 }) },
      ),
      counter(
        scene,
        'node_cpu_seconds_total',
        { ...host, mode: 'user' },
        { rate: during(scene, at, { normal: () => 0.14, faulty: () => 0.95 }) },
      ),
      gauge(
        scene,
        'node_load1',
        { instance: host.instance, job: host.job, node: shared.name },
        during(scene, at, { normal: () => 0.7, faulty: () => 17.5 }),
      ),
      gauge(scene, 'node_load1', { instance: `${calm.address}:9100`, job: host.job, node: calm.name }, () => 0.6),
    );
    highLatency(plan, catalog, { since: at, seconds: 1.7 });
    highLatency(plan, frontend, { since: at, seconds: 2.1 });
    return plan;
  },
  expected: (scene) =>
    causeIs({
      // The node is what runs out; the statement has to name who uses it up.
      causes: [
        { kind: 'Deployment', namespace: scene.cast.otherNamespace, name: scene.cast.otherApp },
        { kind: 'Node' },
      ],
      category: ['noisy-neighbour', 'limits-missing', 'node-cpu-saturated'],
      keywords: [[scene.cast.otherApp], ['cpu', 'CPU', 'cores']],
      not: [{ kind: 'Deployment', namespace: scene.cast.namespace }, { category: 'traffic-surge' }],
    }),
};
