import { causeIs } from '../../../../recordings/expect.ts';
import { addHotel } from '../hotel.ts';
import { demo, patch } from '../stage.ts';
import { highLatency } from '@headwater/testkit/world/alerts.ts';
import { addMetrics, containerLabels, counter, steady, traffic, usage } from '@headwater/testkit/world/metrics.ts';
import { mainContainer, setEnv } from '@headwater/testkit/world/pod-spec.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import type { Fault } from '../../synthetic/fault.ts';

/** GOGC is set to 1 for every service, so the collector takes the processor from the requests. */
export const fault: Fault = {
  code: 'SRG-gogc',
  name: 'the collector runs all the time',
  lookAlikes: [],
  scenario: {
    slug: 'demo-srg-gogc',
    title: 'A whole application becomes slow',
    families: ['demos'],
    build(scene) {
      const { plan } = demo(scene);
      const hotel = addHotel(plan);
      const at = scene.around('patched', 14);
      for (const workload of [
        hotel.frontend,
        hotel.search,
        hotel.geo,
        hotel.rate,
        hotel.profile,
        hotel.recommendation,
      ]) {
        mainContainer(workload.spec).resources = {
          limits: { cpu: '500m', memory: '512Mi' },
          requests: { cpu: '100m', memory: '256Mi' },
        };
        patch(workload, {
          at,
          through: true,
          manager: 'kubectl-patch',
          spec: (spec) => setEnv(mainContainer(spec), 'GOGC', '1'),
          state: running(),
        });
        for (const pod of realise(plan, workload).pods)
          addMetrics(
            plan,
            usage(scene, pod, { cores: steady(scene, pod.name, 0.49), bytes: steady(scene, `${pod.name}b`, 60e6) }),
            traffic(scene, pod, {
              rate: steady(scene, `${pod.name}r`, 40),
              seconds: steady(scene, `${pod.name}s`, 0.9),
            }),
            counter(scene, 'container_cpu_cfs_throttled_periods_total', containerLabels(pod), { rate: () => 8.2 }),
            counter(scene, 'container_cpu_cfs_periods_total', containerLabels(pod), { rate: () => 10 }),
          );
      }
      highLatency(plan, hotel.frontend, { since: at, seconds: 4.2 });
      return plan;
    },
    expected: () =>
      causeIs({
        causes: [{ kind: 'Deployment', namespace: 'hotel-reservation' }],
        category: ['cpu-throttling', 'version-slow', 'config-changed', 'config-drift'],
      }),
  },
};
