import type { Series } from '@headwater/diagnosis/snapshot/input.ts';
import { causeIs } from '../../../../recordings/expect.ts';
import { demo, everyPod, fire, part, podLabels } from '../stage.ts';
import { MINUTE } from '@headwater/core/time.ts';
import { addMetrics, containerLabels, gauge, ramp, steady } from '@headwater/testkit/world/metrics.ts';
import { container } from '@headwater/testkit/world/pod-spec.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import type { Fault } from '../../synthetic/fault.ts';

/** A second container writes a megabyte to a memory volume every five seconds; the rule extrapolates. */
export const fault: Fault = {
  code: 'KDS-memory-leak',
  name: 'a sidecar fills memory, nothing has crashed yet',
  lookAlikes: [],
  scenario: {
    slug: 'demo-kds-memory-leak',
    title: 'Memory of one container is predicted to run out',
    families: ['demos'],
    build(scene) {
      const { plan } = demo(scene, 'demo-memory-leak');
      const app = part(plan, 'demo-memory-leak', 'leaky-app', {
        image: 'nginx:1.27-alpine',
        container: 'app',
        port: 80,
        probes: '/',
        replicas: 2,
        memory: ['64Mi', '64Mi'],
        cpu: ['10m', '50m'],
        spec: { volumes: [{ name: 'memory-sink', emptyDir: { medium: 'Memory', sizeLimit: '256Mi' } }] },
      });
      app.spec.containers.push(
        container('leaker', {
          image: 'busybox:1.36',
          command: ['sh', '-c'],
          args: ['i=0\nwhile true; do dd if=/dev/urandom of=/data/leak_$i bs=1M count=1; i=$((i + 1)); sleep 5; done'],
          mounts: { 'memory-sink': '/data' },
          requests: { memory: '32Mi', cpu: '5m' },
          limits: { memory: '192Mi', cpu: '20m' },
        }),
      );
      const from = scene.around('started', 11);
      everyPod(app, running(), { created: from });
      const pods = realise(plan, app).pods;
      const young = (series: Series): Series => ({
        ...series,
        samples: series.samples.filter(([time]) => time > from),
      });
      for (const pod of pods) {
        const grow = ramp(from, from + 15 * MINUTE, [1.5e6, 181e6]);
        addMetrics(
          plan,
          young(gauge(scene, 'container_memory_working_set_bytes', containerLabels(pod, 'leaker'), grow)),
          young(
            gauge(
              scene,
              'container_memory_working_set_bytes',
              containerLabels(pod, 'app'),
              steady(scene, pod.name, 6e6),
            ),
          ),
          gauge(
            scene,
            'kube_pod_container_resource_limits',
            { ...podLabels(pod, 'leaker'), resource: 'memory', unit: 'byte' },
            () => 192 * 1024 ** 2,
          ),
        );
      }
      for (const pod of pods)
        fire(plan, {
          alertname: 'ContainerMemoryExhaustionPredicted',
          severity: 'warning',
          labels: { ...containerLabels(pod, 'leaker') },
          summary: `Container leaker in pod ${pod.name} is predicted to exhaust its memory limit within 30 minutes based on current growth rate.`,
          description:
            'Memory usage in the leaker container of deployment leaky-app is growing linearly. At the current rate, it will exceed the 192Mi limit and be OOMKilled. A proactive graceful restart is recommended to reset memory usage before the crash occurs.',
          at: from + 6 * MINUTE,
        });
      return plan;
    },
    expected: () =>
      causeIs({
        causes: [{ kind: 'Deployment', namespace: 'demo-memory-leak', name: 'leaky-app' }],
        category: ['memory-leak'],
        keywords: [['leaker']],
      }),
  },
};
