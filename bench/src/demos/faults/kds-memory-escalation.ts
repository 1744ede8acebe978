import { causeIs } from '../../../../recordings/expect.ts';
import { demo, everyPod, fireForPods, part } from '../stage.ts';
import { MINUTE } from '@headwater/core/time.ts';
import { crashLooping } from '@headwater/testkit/world/pod-states/crash.ts';
import type { Fault } from '../../synthetic/fault.ts';

/** Eight mebibytes a second go into a memory volume; the container dies of its limit every few seconds. */
export const fault: Fault = {
  code: 'KDS-memory-escalation',
  name: 'a container allocates without end',
  lookAlikes: [],
  scenario: {
    slug: 'demo-kds-memory-escalation',
    title: 'A container is killed for memory again and again',
    families: ['demos'],
    build(scene) {
      const { plan } = demo(scene, 'demo-memory-escalation');
      const worker = part(plan, 'demo-memory-escalation', 'ml-worker', {
        image: 'busybox',
        port: 8080,
        command: ['/bin/sh', '-c'],
        args: [
          'echo "ml-worker: simulating memory leak (8Mi every 1s)"\nwhile true; do dd if=/dev/urandom of=/dev/shm/leak bs=8M count=1 oflag=append conv=notrunc; sleep 1; done',
        ],
        mounts: { shm: '/dev/shm' },
        memory: ['32Mi', '64Mi'],
        cpu: ['10m', '50m'],
        spec: { volumes: [{ name: 'shm', emptyDir: { medium: 'Memory' } }] },
      });
      const at = scene.around('started', 9);
      everyPod(
        worker,
        crashLooping({
          exitCode: 137,
          reason: 'OOMKilled',
          ran: 8,
          says: ['ml-worker: simulating memory leak (8Mi every 1s)'],
        }),
        { created: at },
      );
      worker.progress = 'progressing';
      fireForPods(plan, worker, {
        alertname: 'ContainerOOMKilling',
        severity: 'critical',
        at: at + 2 * MINUTE,
        extra: { reason: 'OOMKilled' },
        summary: ({ pod }) => `Container ml-worker in pod ${pod} was OOMKilled in the last 5 minutes.`,
        description: () =>
          'The ml-worker container is being OOMKilled because its memory limit is too low for the workload. Kubernaut will attempt to increase memory limits. If the issue persists after multiple limit increases, this indicates a memory leak requiring human investigation.',
      });
      return plan;
    },
    expected: () =>
      causeIs({
        causes: [{ kind: 'Deployment', namespace: 'demo-memory-escalation', name: 'ml-worker' }],
        category: ['oom-killed', 'memory-leak', 'memory-limit-too-low-to-start'],
        keywords: [['OOMKilled', '137', 'memory limit', '64Mi']],
      }),
  },
};
