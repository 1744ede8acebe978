import { MINUTE, SECOND } from '@headwater/core/time.ts';
import { alert } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { addMetrics, containerLabels, gauge, steady, traffic, usage } from '@headwater/testkit/world/metrics.ts';
import { mainContainer } from '@headwater/testkit/world/pod-spec.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import type { Scene } from '@headwater/testkit/world/scene.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { victimDeployment, victimOf } from '../../kit/release.ts';

const MI = 2 ** 20;

/** P03: memory climbs in a straight line under even load until the limit kills the container, again and again. */
export const fault: Fault = {
  code: 'P03',
  name: 'memory leak',
  lookAlikes: ['P01', 'U01', 'D01'],
  scenario: {
    slug: 'synthetic-p03-memory-leak',
    title: 'A container is killed at regular intervals',
    families: ['pod'],
    build(scene) {
      const { plan, app } = basePlan(scene);
      const victim = victimOf(scene, app);
      const limit = Number.parseInt(mainContainer(victim.spec).resources.limits?.['memory'] ?? '256', 10) * MI;
      const period = scene.random.int('period', 12, 19) * MINUTE;
      const died = scene.zero - Math.floor(period * scene.random.number('phase', 0.35, 0.9));
      const deaths = [0, 1, 2, 3, 4].map((count) => died - count * period);
      if (scene.repaired)
        victim.pods = Array.from({ length: victim.replicas }, () => ({
          revision: 'current' as const,
          state: running(),
          created: scene.repairedAt,
        }));
      else {
        const restarted = {
          at: died,
          exitCode: 137,
          reason: 'OOMKilled',
          restarts: scene.random.int('restarts', 9, 60),
        };
        victim.pods = Array.from({ length: victim.replicas }, () => ({
          revision: 'current' as const,
          state: running({ restarted }),
        }));
      }
      for (const pod of realise(plan, victim).pods) {
        const noise = steady(scene, `noise/${pod.name}`, 1, 0.008);
        const growing = (time: number): number => {
          const since = deaths.find((at) => at <= time) ?? time;
          return Math.min(0.985, 0.26 + 0.74 * ((time - since) / period)) * limit * noise(time);
        };
        const labels = containerLabels(pod);
        addMetrics(
          plan,
          usage(scene, pod, {
            cores: steady(scene, 'cpu', 0.09),
            bytes: scene.repaired ? steady(scene, 'fresh', 0.27 * limit, 0.02) : growing,
            resets: deaths,
          }),
          traffic(scene, pod, { rate: steady(scene, 'rate', 11) }),
          gauge(
            scene,
            'kube_pod_container_resource_limits',
            { ...labels, resource: 'memory', unit: 'byte' },
            () => limit,
          ),
        );
        raise(scene, plan, { pod: pod.name, container: labels['container'] ?? '', at: died + 20 * SECOND });
      }
      return plan;
    },
    expected: (scene) =>
      causeIs({
        causes: [victimDeployment(scene)],
        category: ['memory-leak'],
        keywords: [['memory'], ['grow', 'rose', 'climb', 'rises', 'increas']],
        not: [{ category: 'traffic-surge' }, { category: 'memory-limit-too-low-to-start' }, { kind: 'Node' }],
      }),
  },
};

function raise(
  scene: Scene,
  plan: Parameters<typeof alert>[0],
  view: { pod: string; container: string; at: number },
): void {
  const { namespace } = scene.cast;
  const { pod, container, at } = view;
  const alertname = scene.random.pick('alert', ['ContainerOOMKilled', 'ContainerMemoryNearLimit']);
  alert(plan, {
    alertname,
    severity: 'warning',
    labels: { container, namespace, pod },
    summary:
      alertname === 'ContainerOOMKilled'
        ? 'A container was killed for its memory.'
        : 'A container uses most of its memory limit.',
    description: `Container ${container} of ${namespace}/${pod}.`,
    at,
  });
}
