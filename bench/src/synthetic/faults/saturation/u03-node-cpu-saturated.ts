import { MINUTE } from '@headwater/core/time.ts';
import { alert, highLatency } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { addMetrics, counter, during, gauge, steady } from '@headwater/testkit/world/metrics.ts';
import type { NodePlan, Plan } from '@headwater/testkit/world/plan.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { serve } from '../../kit/load.ts';

/** Something of the host itself takes every core of one node; pods of two teams on it are slow, none of them works more. */
export const fault: Fault = {
  code: 'U03',
  name: 'CPU of a node saturated',
  lookAlikes: ['N10', 'U04', 'U02'],
  scenario: {
    slug: 'u03-node-cpu-saturated',
    title: 'Services of two teams are slow, they share one machine',
    families: ['saturation', 'node'],
    build(scene) {
      const { plan, app, bystanders } = basePlan(scene, { decoy: false });
      const { catalog, orders } = app;
      const { other } = bystanders;
      const [shared] = workers(plan);
      if (!shared) return plan;
      const at = scene.around('busy', 24);
      for (const workload of [catalog, other])
        workload.pods = Array.from({ length: workload.replicas }, () => ({
          revision: 'current',
          state: running(),
          node: shared.name,
        }));
      serve(plan, catalog, { since: at, seconds: [0.04, 0.7], cores: [0.16, 0.13], rate: [11, 11] });
      serve(plan, other, { since: at, seconds: [0.08, 1.1], cores: [0.2, 0.15], rate: [4, 4] });
      serve(plan, orders, { since: at, seconds: [0.06, 0.5], rate: [6, 6] });
      addNodeCpu(plan, at, shared);
      highLatency(plan, catalog, { since: at, seconds: 1.9 });
      highLatency(plan, other, { since: at, seconds: 2.7 });
      alert(plan, {
        alertname: scene.random.pick('node-alert', ['NodeCPUHighUsage', 'NodeSystemSaturation']),
        severity: 'warning',
        labels: { instance: `${shared.address}:9100`, job: 'node-exporter', namespace: 'monitoring' },
        summary: 'System saturated, load per core is very high.',
        description: `System load per core at ${shared.address}:9100 has been above 2 for the last 15 minutes, is currently at 5.4.`,
        at: at + 15 * MINUTE,
      });
      return plan;
    },
    expected: (scene) =>
      causeIs({
        causes: [{ kind: 'Node' }],
        category: ['node-cpu-saturated'],
        keywords: [['CPU', 'cpu', 'load']],
        not: [
          { kind: 'Deployment', namespace: scene.cast.namespace },
          { kind: 'Deployment', namespace: scene.cast.otherNamespace },
          { category: 'noisy-neighbour' },
        ],
      }),
  },
};

function workers(plan: Plan): NodePlan[] {
  return plan.nodes.filter(({ controlPlane }) => !controlPlane);
}

function addNodeCpu(plan: Plan, at: number, shared: NodePlan): void {
  const { scene } = plan;
  for (const node of workers(plan)) {
    const hot = node === shared;
    const labels = { instance: `${node.address}:9100`, job: 'node-exporter' };
    const share = (mode: string, normal: number, faulty: number): void => {
      for (let cpu = 0; cpu < 4; cpu++)
        addMetrics(
          plan,
          counter(
            scene,
            'node_cpu_seconds_total',
            { ...labels, cpu: String(cpu), mode },
            {
              rate: hot
                ? during(scene, at, {
                    normal: steady(scene, `${mode}${cpu}`, normal),
                    faulty: steady(scene, `${mode}${cpu}`, faulty, 0.02),
                  })
                : steady(scene, `${node.name}${mode}${cpu}`, normal),
            },
          ),
        );
    };
    share('idle', 0.83, 0.01);
    share('user', 0.12, 0.2);
    share('system', 0.04, 0.78);
    addMetrics(
      plan,
      gauge(
        scene,
        'node_load1',
        labels,
        hot
          ? during(scene, at, { normal: steady(scene, 'load', 0.9), faulty: steady(scene, 'load', 21) })
          : steady(scene, `load/${node.name}`, 0.8),
      ),
      counter(scene, 'node_pressure_cpu_waiting_seconds_total', labels, {
        rate: hot ? during(scene, at, { normal: () => 0.01, faulty: () => 0.86 }) : () => 0.01,
      }),
    );
  }
}
