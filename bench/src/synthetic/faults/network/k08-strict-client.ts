import { SECOND } from '@headwater/core/time.ts';
import { highErrorRate } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { complaining } from '@headwater/testkit/world/caller-logs.ts';
import { made } from '@headwater/testkit/world/metadata.ts';
import { object } from '@headwater/testkit/world/objects.ts';
import { mainContainer, setEnv } from '@headwater/testkit/world/pod-spec.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { addMesh } from '../../kit/mesh.ts';
import { callFailed } from '../../kit/runtime-errors.ts';
import { clusterAddress } from '@headwater/testkit/world/service.ts';

/** K08: a namespace was made to demand mutual TLS; a caller without a sidecar cannot speak it. */
export const fault: Fault = {
  code: 'K08-strict',
  name: 'strict mTLS refuses a client outside the mesh',
  lookAlikes: ['K09', 'K01', 'X03'],
  scenario: {
    slug: 'k08-strict',
    title: "Another team's calls into a namespace break off, calls inside it work",
    families: ['network', 'mesh'],
    build(scene) {
      const { plan, app, bystanders } = basePlan(scene, { needs: ['payments'] });
      const { other } = bystanders;
      addMesh(plan, [app.frontend, app.orders, app.catalog, app.payments]);
      const at = scene.around('strict', 21);
      if (!scene.repaired)
        plan.objects.push(
          object(
            scene,
            {
              apiVersion: 'security.istio.io/v1',
              kind: 'PeerAuthentication',
              namespace: app.namespace,
              name: 'default',
            },
            made(at),
            { spec: { mtls: { mode: 'STRICT' } } },
          ),
        );
      const host = `${app.catalog.name}.${app.namespace}.svc.cluster.local`;
      const callee = { host, port: app.port, address: clusterAddress(scene, app.catalog), path: '/api/items' };
      setEnv(mainContainer(other.spec), 'ITEMS_URL', `http://${host}:${app.port}`);
      complaining(plan, other, {
        complaints: [
          { since: at + 4 * SECOND, every: 30, say: callFailed(scene, other, { callee, failure: 'reset' }) },
        ],
      });
      highErrorRate(plan, other, { since: at, percent: 98 });
      return plan;
    },
    expected: (scene) =>
      causeIs({
        causes: [{ kind: 'PeerAuthentication', namespace: scene.cast.namespace, name: 'default' }],
        category: ['mtls-mismatch'],
        keywords: [['STRICT'], [scene.cast.otherApp]],
        not: [
          { kind: 'Deployment' },
          { category: 'authorization-policy-denied' },
          { category: 'network-policy-ingress' },
        ],
      }),
  },
};
