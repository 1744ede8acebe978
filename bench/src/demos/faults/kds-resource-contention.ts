import { causeIs } from '../../../../recordings/expect.ts';
import { demo, fireForPods, part, patch } from '../stage.ts';
import { MINUTE } from '@headwater/core/time.ts';
import { type Workload } from '@headwater/testkit/world/plan.ts';
import { mainContainer } from '@headwater/testkit/world/pod-spec.ts';
import { crashLooping } from '@headwater/testkit/world/pod-states/crash.ts';
import { rollOut } from '@headwater/testkit/world/workload.ts';
import type { Fault } from '../../synthetic/fault.ts';

/** The limit equals what the program allocates; each time it is raised, another actor writes it back. */
export const fault: Fault = {
  code: 'KDS-resource-contention',
  name: 'somebody sets the limit back',
  lookAlikes: [],
  scenario: {
    slug: 'demo-kds-resource-contention',
    title: 'A container is killed for memory though its limit was raised',
    families: ['demos'],
    build(scene) {
      const { plan } = demo(scene, 'demo-resource-contention');
      const at = scene.around('reverted', 6);
      const raised = at - 4 * MINUTE;
      const app = part(plan, 'demo-resource-contention', 'contention-app', {
        image: 'polinux/stress:latest',
        command: ['stress'],
        args: ['--vm', '1', '--vm-bytes', '64M', '--vm-hang', '0'],
        memory: ['32Mi', '64Mi'],
        cpu: ['10m', '100m'],
      });
      const memory = (limit: string) => (spec: Workload['spec']) => {
        mainContainer(spec).resources = {
          limits: { memory: limit, cpu: '100m' },
          requests: { memory: '32Mi', cpu: '10m' },
        };
      };
      rollOut(app, { at: raised, spec: memory('128Mi'), manager: 'increase-memory-limits-v1' });
      patch(app, {
        at,
        through: true,
        manager: 'external-actor',
        spec: memory('64Mi'),
        state: crashLooping({
          exitCode: 137,
          reason: 'OOMKilled',
          ran: 1,
          says: ['stress: info: [1] dispatching hogs: 0 cpu, 0 io, 1 vm, 0 hdd'],
        }),
      });
      fireForPods(plan, app, {
        alertname: 'ContainerOOMKilling',
        severity: 'high',
        at: at + MINUTE,
        extra: { reason: 'OOMKilled' },
        summary: ({ pod }) => `Container contention-app in pod ${pod} was OOMKilled.`,
        description: () =>
          'The contention-app container is being OOMKilled because its memory limit is too low for the workload.',
      });
      return plan;
    },
    expected: () =>
      causeIs({
        causes: [{ kind: 'Deployment', namespace: 'demo-resource-contention', name: 'contention-app' }],
        category: ['oom-killed', 'memory-limit-too-low-to-start', 'repair-reverted', 'config-drift'],
        keywords: [['64Mi']],
      }),
  },
};
