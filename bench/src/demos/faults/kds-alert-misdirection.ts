import { causeIs } from '../../../../recordings/expect.ts';
import { demo, fireForPods, part, patch } from '../stage.ts';
import { SECOND } from '@headwater/core/time.ts';
import { configMap } from '@headwater/testkit/world/objects.ts';
import { mainContainer } from '@headwater/testkit/world/pod-spec.ts';
import { crashLooping } from '@headwater/testkit/world/pod-states/crash.ts';
import type { Fault } from '../../synthetic/fault.ts';

/** The rule's own text says the container runs out of memory; it exits with 1 because of a command override. */
export const fault: Fault = {
  code: 'KDS-alert-misdirection',
  name: 'alert tells of memory, the command is wrong',
  lookAlikes: [],
  scenario: {
    slug: 'demo-kds-alert-misdirection',
    title: 'A worker crash-loops and its alert explains why',
    families: ['demos'],
    build(scene) {
      const { plan } = demo(scene, 'demo-backend');
      const namespace = 'demo-backend';
      const at = scene.around('inject', 11);
      const worker = part(plan, namespace, 'worker', {
        image: 'quay.io/kubernaut-cicd/demo-http-server:1.0.0',
        port: 8080,
        env: { CONFIG_PATH: '/etc/demo-http-server/config.yaml' },
        mounts: { config: '/etc/demo-http-server/config.yaml' },
        memory: ['32Mi', '64Mi'],
        cpu: ['10m', '50m'],
        probes: '/healthz',
        replicas: 2,
        spec: { volumes: [{ name: 'config', configMap: { defaultMode: 420, name: 'worker-config' } }] },
      });
      plan.objects.push(
        configMap(scene, {
          namespace,
          name: 'worker-config',
          data: { 'config.yaml': 'port: 8080\n' },
          created: worker.created,
        }),
      );
      patch(worker, {
        at,
        spec: (spec) => {
          mainContainer(spec).command = ['sh', '-c', 'echo fatal: bad release 2.0.0-rc1 -- aborting && exit 1'];
        },
        state: crashLooping({ exitCode: 1, ran: 1, says: ['fatal: bad release 2.0.0-rc1 -- aborting'] }),
      });
      fireForPods(plan, worker, {
        alertname: 'KubePodCrashLooping',
        severity: 'critical',
        at: at + 90 * SECOND,
        extra: { reason: 'CrashLoopBackOff' },
        summary: ({ pod }) => `Container worker in pod ${pod} is in CrashLoopBackOff in namespace demo-backend.`,
        description: () =>
          "The worker container in namespace demo-backend is being terminated by the kernel OOM killer during startup initialization. The container's memory working set exceeds the configured 64Mi limit within seconds of starting, as the application attempts to load its full dependency graph into memory. Repeated OOMKill events are causing the pod to enter CrashLoopBackOff.",
      });
      return plan;
    },
    expected: () =>
      causeIs({
        causes: [{ kind: 'Deployment', namespace: 'demo-backend', name: 'worker' }],
        category: ['app-crash', 'version-errors', 'script-error', 'rollout-stuck'],
        keywords: [['bad release', 'command', 'exit code 1', 'exited with 1']],
        not: [{ category: 'oom-killed' }, { category: 'memory-limit-too-low-to-start' }, { category: 'memory-leak' }],
      }),
  },
};
