import { MINUTE } from '@headwater/core/time.ts';
import { alert } from '@headwater/testkit/world/alerts.ts';
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
  usage,
} from '@headwater/testkit/world/metrics.ts';
import { configMap } from '@headwater/testkit/world/objects.ts';
import { mainContainer } from '@headwater/testkit/world/pod-spec.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import { daysBefore } from '@headwater/testkit/world/scene.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { editorOf } from '../../kit/edits.ts';

const NAME = 'ingress-nginx-controller';

/** A filter for every request made the ingress controller use all the CPU it may have; each host is slow, nothing behind it is. */
export const fault: Fault = {
  code: 'V09-overloaded',
  name: 'ingress controller out of CPU',
  lookAlikes: ['V07', 'U01', 'U02'],
  scenario: {
    slug: 'v09-overloaded-controller',
    title: 'All public pages are slow or time out',
    families: ['ingress', 'saturation'],
    build(scene) {
      const { plan, app } = basePlan(scene, { needs: ['ingress'] });
      const at = scene.around('filter', 27);
      const controller = plan.workloads.find(({ name }) => name === NAME);
      if (!controller) throw new Error('the base has no ingress controller');
      mainContainer(controller.spec).resources = {
        requests: { cpu: '100m', memory: '90Mi' },
        limits: { cpu: '500m', memory: '512Mi' },
      };
      const edited = { at: scene.repaired ? scene.repairedAt : at, manager: editorOf(scene), keys: ['server-snippet'] };
      plan.objects.push(
        configMap(scene, {
          namespace: 'ingress-nginx',
          name: NAME,
          created: daysBefore(scene, 90),
          data: {
            'proxy-body-size': '8m',
            'server-snippet': scene.repaired
              ? ''
              : 'if ($request_uri ~* "^(([a-z])+.)+[A-Z]([a-z])+$") { return 403; }\n',
          },
          edited,
        }),
      );
      const host = `www.${scene.cast.domain}`;
      complaining(plan, controller, {
        complaints: [
          {
            since: at + 20_000,
            every: 22,
            say: (_time, index) => ({
              level: 'warn',
              message: `10.0.1.${7 + (index % 40)} - - "GET /item/${4000 + index} HTTP/2.0" 499 0 "-" "Mozilla/5.0" 312 4.${100 + (index % 800)} [${app.namespace}-${app.frontend.name}-http] [] - - - - ${host}`,
            }),
          },
        ],
      });
      const pod = realise(plan, controller).pods[0];
      if (pod) {
        const shape = (normal: number, faulty: number, key: string) =>
          during(scene, at, { normal: steady(scene, `${key}/n`, normal), faulty: steady(scene, `${key}/f`, faulty) });
        const labels = containerLabels(pod, mainContainer(controller.spec).name);
        addMetrics(
          plan,
          usage(scene, pod, { cores: shape(0.09, 0.497, 'cpu'), bytes: steady(scene, 'memory', 2.1e8) }),
          counter(scene, 'container_cpu_cfs_periods_total', labels, { rate: () => 10 }),
          counter(scene, 'container_cpu_cfs_throttled_periods_total', labels, { rate: shape(0.02, 9.6, 'throttled') }),
          counter(scene, 'container_cpu_cfs_throttled_seconds_total', labels, { rate: shape(0.001, 1.7, 'seconds') }),
          gauge(scene, 'kube_pod_container_resource_limits', { ...labels, resource: 'cpu', unit: 'core' }, () => 0.5),
          traffic(scene, pod, { rate: steady(scene, 'in', 42), seconds: shape(0.04, 4.4, 'duration') }),
        );
      }
      for (const each of realise(plan, app.frontend).pods)
        addMetrics(plan, traffic(scene, each, { rate: steady(scene, each.name, 20), seconds: () => 0.03 }));
      alert(plan, {
        alertname: 'ProbeFailed',
        severity: 'critical',
        labels: { instance: `https://${host}/`, job: 'blackbox', namespace: 'monitoring' },
        summary: 'A public page does not answer.',
        description: `https://${host}/ timed out.`,
        at: at + 4 * MINUTE,
      });
      if (pod && scene.random.chance('throttling-alert', 0.6))
        alert(plan, {
          alertname: 'CPUThrottlingHigh',
          severity: 'info',
          labels: { container: mainContainer(controller.spec).name, namespace: 'ingress-nginx', pod: pod.name },
          summary: 'Processes experience elevated CPU throttling.',
          description: `96% throttling of CPU in namespace ingress-nginx for container controller in pod ${pod.name} on cluster .`,
          at: at + 15 * MINUTE,
        });
      return plan;
    },
    expected: (scene) =>
      causeIs({
        causes: [
          { kind: 'Deployment', namespace: 'ingress-nginx', name: NAME },
          { kind: 'ConfigMap', namespace: 'ingress-nginx', name: NAME },
        ],
        category: ['ingress-controller-down', 'cpu-throttling', 'config-changed'],
        keywords: [[NAME]],
        not: [
          { category: 'traffic-surge' },
          { category: 'ingress-backend-missing' },
          { kind: 'Deployment', namespace: scene.cast.namespace },
          { kind: 'Ingress' },
        ],
      }),
  },
};
