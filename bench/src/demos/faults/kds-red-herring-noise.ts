import { causeIs } from '../../../../recordings/expect.ts';
import { editConfigMap } from '../../synthetic/kit/config-edits.ts';
import { addClient, addPostgres, clientLoses } from '../postgres.ts';
import { demo, everyPod, part, patch } from '../stage.ts';
import { SECOND } from '@headwater/core/time.ts';
import { crashLooping } from '@headwater/testkit/world/pod-states/crash.ts';
import { pullFailing } from '@headwater/testkit/world/pod-states/waiting.ts';
import { stamp } from '@headwater/testkit/world/scene.ts';
import type { Fault } from '../../synthetic/fault.ts';

/** The database exits because of its ConfigMap, two clients follow; a canary with an image that does not exist alerts beside them. */
export const fault: Fault = {
  code: 'KDS-red-herring-noise',
  name: 'a cascade beside an unrelated canary',
  lookAlikes: [],
  scenario: {
    slug: 'demo-kds-red-herring-noise',
    title: 'Three services alert within minutes',
    families: ['demos'],
    build(scene) {
      const { plan } = demo(scene, 'demo-red-herring');
      const namespace = 'demo-red-herring';
      const at = scene.around('inject', 12);
      const postgres = addPostgres(plan, namespace);
      editConfigMap(plan, {
        namespace,
        name: 'postgres-config',
        good: { 'config.yaml': 'startup: enabled\nport: 5432\n' },
        bad: { 'config.yaml': 'startup: enabled\nport: 5432\ninvalid_directive: true\n' },
        at: at - SECOND,
        manager: 'kubectl-patch',
        owner: 'kubectl-client-side-apply',
        watched: false,
      });
      patch(postgres, {
        at,
        through: true,
        manager: 'kubectl-rollout',
        annotations: { 'kubectl.kubernetes.io/restartedAt': stamp(at) },
        spec: () => undefined,
        state: crashLooping({
          exitCode: 1,
          ran: 1,
          says: ['FATAL: invalid_directive detected in /etc/postgres-config/config.yaml -- aborting startup'],
        }),
      });
      for (const name of ['api-gateway', 'worker'])
        clientLoses(plan, addClient(plan, namespace, { name, host: 'postgres' }), {
          host: 'postgres',
          at: at + 14 * SECOND,
        });
      const canary = part(plan, namespace, 'canary-v2', {
        image: 'registry.example.com/myorg/api-server:v2.0.0-rc1-does-not-exist',
        container: 'canary',
      });
      everyPod(
        canary,
        pullFailing({
          code: 'Unknown',
          error:
            'failed to pull and unpack image "{image}": failed to resolve reference "{image}": failed to do request: Head "https://registry.example.com/v2/myorg/api-server/manifests/v2.0.0-rc1-does-not-exist": dial tcp: lookup registry.example.com: no such host',
        }),
        { created: at + 45 * SECOND },
      );
      canary.progress = 'progressing';
      // Every alert is investigated alone there; this is the investigation of the crash loops.
      return plan;
    },
    expected: () =>
      causeIs({
        causes: [
          { kind: 'Deployment', namespace: 'demo-red-herring', name: 'postgres' },
          { kind: 'ConfigMap', namespace: 'demo-red-herring', name: 'postgres-config' },
        ],
        category: ['config-malformed', 'config-changed', 'app-crash'],
        keywords: [['invalid_directive']],
        not: [
          { kind: 'Deployment', name: 'canary-v2' },
          { kind: 'Deployment', name: 'api-gateway' },
        ],
      }),
  },
};
