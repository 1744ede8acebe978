import { SECOND } from '@headwater/core/time.ts';
import { alert, highErrorRate } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { made } from '@headwater/testkit/world/metadata.ts';
import { object } from '@headwater/testkit/world/objects.ts';
import type { KubeJson } from '@headwater/testkit/world/json.ts';
import type { Scene } from '@headwater/testkit/world/scene.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { addMesh, edgeFails, meshed } from '../../kit/mesh.ts';

const nameOf = (scene: Scene): string =>
  scene.random.pick('policy', [`${scene.cast.payments}-callers`, 'pci-lockdown', 'allow-frontend-only']);

/** K09: a new authorization policy names one caller and forgets the other. */
export const fault: Fault = {
  code: 'K09',
  name: 'AuthorizationPolicy denies',
  lookAlikes: ['R03', 'K08', 'Y02'],
  scenario: {
    slug: 'k09-authorization-policy',
    title: 'One service answers 403 to a caller it used to serve',
    families: ['network', 'mesh'],
    build(scene) {
      const { plan, app } = basePlan(scene, { needs: ['payments'] });
      const { orders, payments, frontend, namespace, port } = app;
      addMesh(plan, [frontend, orders, app.catalog, payments]);
      const at = scene.around('policy', 20);
      if (!scene.repaired)
        plan.objects.push(policy(scene, { namespace, at, callee: payments.selector, caller: frontend.name }));
      meshed(plan, orders, {
        complaints: [
          {
            since: at + 3 * SECOND,
            every: 30,
            say: () => ({
              level: 'error',
              message: scene.random.pick('words', [
                `call to ${payments.name} failed: unexpected status 403: RBAC: access denied`,
                `403 Forbidden on POST request for "http://${payments.name}:${port}/authorize": "RBAC: access denied"`,
              ]),
              fields: { status: 502 },
            }),
          },
        ],
      });
      meshed(plan, payments, {
        proxy: {
          since: at,
          every: 30,
          direction: 'inbound',
          callee: payments,
          port,
          line: { status: 403, flags: '-', details: 'rbac_access_denied_matched_policy[none]', path: '/authorize' },
        },
      });
      edgeFails(plan, { from: orders, to: payments }, { at, code: '403', reporters: ['source', 'destination'] });
      highErrorRate(plan, orders, { since: at, percent: 96 });
      if (scene.random.chance('deny-alert', 0.5))
        alert(plan, {
          alertname: 'IstioHighDenyRate',
          severity: 'warning',
          labels: { destination_service: `${payments.name}.${namespace}.svc.cluster.local`, namespace },
          summary: 'Many requests are denied in the mesh.',
          description: `More than 50% of the requests to ${payments.name} in ${namespace} were answered with 403.`,
          at: at + 300 * SECOND,
        });
      return plan;
    },
    expected: (scene) =>
      causeIs({
        causes: [{ kind: 'AuthorizationPolicy', namespace: scene.cast.namespace, name: nameOf(scene) }],
        category: ['authorization-policy-denied'],
        keywords: [[nameOf(scene)], ['403', 'denied']],
        not: [
          { kind: 'Deployment' },
          { category: 'rbac-denied' },
          { category: 'credentials-invalid' },
          { category: 'mtls-mismatch' },
        ],
      }),
  },
};

interface Allowed {
  readonly namespace: string;
  readonly at: number;
  /** The labels of whom it guards. */
  readonly callee: Record<string, string>;
  readonly caller: string;
}

function policy(scene: Scene, { namespace, at, callee, caller }: Allowed): KubeJson {
  return object(
    scene,
    { apiVersion: 'security.istio.io/v1', kind: 'AuthorizationPolicy', namespace, name: nameOf(scene) },
    made(at, scene.cast.manager),
    {
      spec: {
        action: 'ALLOW',
        rules: [
          scene.random.pick('rule', [
            { from: [{ source: { principals: [`cluster.local/ns/${namespace}/sa/${caller}`] } }] },
            { from: [{ source: { namespaces: ['istio-system'] } }] },
            { to: [{ operation: { methods: ['GET'] } }] },
          ]),
        ],
        selector: { matchLabels: callee },
      },
    },
  );
}
