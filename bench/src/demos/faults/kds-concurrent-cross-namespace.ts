import { causeIs } from '../../../../recordings/expect.ts';
import { editConfigMap } from '../../synthetic/kit/config-edits.ts';
import { BAD, EMERG, GOOD, addServer } from '../server.ts';
import { demo, fireCrashLoop, patch } from '../stage.ts';
import { SECOND } from '@headwater/core/time.ts';
import { crashLooping } from '@headwater/testkit/world/pod-states/crash.ts';
import { stamp } from '@headwater/testkit/world/scene.ts';
import type { Fault } from '../../synthetic/fault.ts';

/** Staging and production of two teams get the same unknown directive; each is an incident of its own. */
export const fault: Fault = {
  code: 'KDS-concurrent-cross-namespace',
  name: 'two teams, the same broken configuration',
  lookAlikes: [],
  scenario: {
    slug: 'demo-kds-concurrent-cross-namespace',
    title: 'Workers of two teams crash at the same time',
    families: ['demos'],
    build(scene) {
      const { plan } = demo(scene, 'demo-team-alpha', 'demo-team-beta');
      const at = scene.around('inject', 12);
      for (const [index, namespace] of ['demo-team-alpha', 'demo-team-beta'].entries()) {
        const worker = addServer(plan, namespace, 'worker', { config: 'worker-config' });
        const since = at + index * 2 * SECOND;
        editConfigMap(plan, {
          namespace,
          name: 'worker-config',
          good: { 'nginx.conf': GOOD },
          bad: { 'nginx.conf': BAD },
          at: since - SECOND,
          manager: 'kubectl-patch',
          owner: 'kubectl-client-side-apply',
          watched: false,
        });
        patch(worker, {
          at: since,
          manager: 'kubectl-rollout',
          annotations: { 'kubectl.kubernetes.io/restartedAt': stamp(since) },
          spec: () => undefined,
          state: crashLooping({ exitCode: 1, ran: 1, says: [EMERG] }),
        });
        fireCrashLoop(plan, worker, since);
      }
      return plan;
    },
    expected: () =>
      causeIs({
        causes: [
          { kind: 'ConfigMap', namespace: 'demo-team-*', name: 'worker-config' },
          { kind: 'Deployment', namespace: 'demo-team-*', name: 'worker' },
        ],
        category: ['config-malformed', 'config-changed'],
        keywords: [['invalid_directive_that_breaks_nginx', 'unknown directive']],
      }),
  },
};
