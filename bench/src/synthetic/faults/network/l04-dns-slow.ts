import { SECOND } from '@headwater/core/time.ts';
import { alert, highLatency } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { complaining } from '@headwater/testkit/world/caller-logs.ts';
import {
  addMetrics,
  containerLabels,
  counter,
  during,
  gauge,
  steady,
  traffic,
} from '@headwater/testkit/world/metrics.ts';
import type { Plan, Workload } from '@headwater/testkit/world/plan.ts';
import { mainContainer } from '@headwater/testkit/world/pod-spec.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { calleeOf, callFailed } from '../../kit/runtime-errors.ts';

const BOUNDS = ['0.00025', '0.001', '0.004', '0.016', '0.064', '0.256', '1.024', '4.096', '+Inf'] as const;

/** L04: CoreDNS is throttled by its CPU limit while queries double; lookups take seconds, some time out. */
export const fault: Fault = {
  code: 'L04',
  name: 'cluster DNS slow',
  lookAlikes: ['L01', 'U02', 'N11'],
  scenario: {
    slug: 'l04-dns-slow',
    title: 'Many services are slow in steps of five seconds',
    families: ['dns', 'saturation'],
    build(scene) {
      const { plan, app, system, bystanders } = basePlan(scene, { decoy: false });
      const at = scene.around('slow', 22);
      mainContainer(system.coredns.spec).resources = {
        requests: { cpu: '100m', memory: '70Mi' },
        limits: { cpu: '200m', memory: '170Mi' },
      };
      for (const [caller, target] of [
        [app.orders, app.catalog],
        [app.frontend, app.orders],
        [bystanders.other, app.catalog],
      ] as const) {
        const callee = calleeOf(plan, target, app.port, '/api');
        complaining(plan, caller, {
          complaints: [
            {
              since: at + 20 * SECOND,
              every: 45,
              say: callFailed(scene, caller, { callee, failure: 'lookup-timeout' }),
            },
          ],
        });
        for (const pod of realise(plan, caller).pods)
          addMetrics(
            plan,
            traffic(scene, pod, {
              rate: steady(scene, pod.name, 7),
              errors: during(scene, at, { normal: () => 0.001, faulty: () => 0.02 }),
              seconds: during(scene, at, { normal: () => 0.05, faulty: () => 1.6 }),
            }),
          );
      }
      resolver(plan, system.coredns, at);
      highLatency(plan, app.orders, { since: at, seconds: 5.1 });
      highLatency(plan, app.frontend, { since: at, seconds: 5.2 });
      if (scene.random.chance('throttling', 0.5))
        alert(plan, {
          alertname: 'CPUThrottlingHigh',
          severity: 'info',
          labels: { container: 'coredns', namespace: 'kube-system', pod: realise(plan, system.coredns).pods[0]?.name },
          summary: 'Processes experience elevated CPU throttling.',
          description: '71.2% throttling of CPU in namespace kube-system for container coredns.',
          at: at + 900 * SECOND,
        });
      return plan;
    },
    expected: () =>
      causeIs({
        causes: [{ kind: 'Deployment', namespace: 'kube-system', name: 'coredns' }],
        category: ['dns-slow', 'cpu-throttling'],
        keywords: [['coredns', 'DNS']],
        not: [
          { category: 'dns-down' },
          { category: 'dns-name-wrong' },
          { category: 'dependency-failing' },
          { category: 'traffic-surge' },
        ],
      }),
  },
};

function resolver(plan: Plan, coredns: Workload, at: number): void {
  const { scene } = plan;
  for (const pod of realise(plan, coredns).pods) {
    const server = { job: 'coredns', namespace: 'kube-system', pod: pod.name, server: 'dns://:53', zone: '.' };
    const queries = during(scene, at, {
      normal: steady(scene, pod.name, 160),
      faulty: steady(scene, `${pod.name}+`, 420),
    });
    for (const [index, le] of BOUNDS.entries()) {
      const fast = [0.55, 0.86, 0.95, 0.98, 0.99, 0.996, 0.999, 1, 1][index] ?? 1;
      const slow = [0.02, 0.06, 0.11, 0.17, 0.28, 0.41, 0.62, 0.9, 1][index] ?? 1;
      const share = during(scene, at, { normal: () => fast, faulty: () => slow });
      addMetrics(
        plan,
        counter(
          scene,
          'coredns_dns_request_duration_seconds_bucket',
          { ...server, le },
          { rate: (time) => queries(time) * share(time) },
        ),
      );
    }
    const container = containerLabels(pod);
    addMetrics(
      plan,
      counter(scene, 'coredns_dns_requests_total', { ...server, type: 'A', proto: 'udp' }, { rate: queries }),
      counter(scene, 'container_cpu_usage_seconds_total', container, {
        rate: during(scene, at, { normal: () => 0.06, faulty: () => 0.199 }),
      }),
      counter(scene, 'container_cpu_cfs_periods_total', container, { rate: () => 10 }),
      counter(scene, 'container_cpu_cfs_throttled_periods_total', container, {
        rate: during(scene, at, { normal: () => 0.05, faulty: () => 7.1 }),
      }),
      gauge(scene, 'kube_pod_container_resource_limits', { ...container, resource: 'cpu', unit: 'core' }, () => 0.2),
    );
  }
}
