import { SECOND } from '@headwater/core/time.ts';
import { highErrorRate } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { edited, made } from '@headwater/testkit/world/metadata.ts';
import { object } from '@headwater/testkit/world/objects.ts';
import { daysBefore } from '@headwater/testkit/world/scene.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { addMesh, edgeFails, meshed } from '../../kit/mesh.ts';

/** K10: a virtual service sends requests to a subset whose labels no pod has. */
export const fault: Fault = {
  code: 'K10-subset',
  name: 'mesh route to a subset without pods',
  lookAlikes: ['V01', 'K08'],
  scenario: {
    slug: 'k10-subset',
    title: 'Calls to one service answer 503 since its routing changed',
    families: ['network', 'mesh'],
    build(scene) {
      const { plan, app } = basePlan(scene, { needs: ['payments'] });
      const { orders, payments, namespace, port } = app;
      addMesh(plan, [app.frontend, orders, app.catalog, payments]);
      payments.podLabels['version'] = 'v1';
      const at = scene.around('routed', 21);
      const host = `${payments.name}.${namespace}.svc.cluster.local`;
      const undeclared = scene.random.chance('undeclared', 0.5);
      const subsets = [
        { labels: { version: 'v1' }, name: 'v1' },
        ...(undeclared ? [] : [{ labels: { version: 'v2' }, name: 'v2' }]),
      ];
      const to = (subset: string, weight: number) => ({ destination: { host, subset }, weight });
      plan.objects.push(
        object(
          scene,
          { apiVersion: 'networking.istio.io/v1', kind: 'DestinationRule', namespace, name: payments.name },
          made(daysBefore(scene, 30)),
          { spec: { host, subsets } },
        ),
        object(
          scene,
          { apiVersion: 'networking.istio.io/v1', kind: 'VirtualService', namespace, name: payments.name },
          edited(daysBefore(scene, 30), {
            at: scene.repaired ? scene.repairedAt : at,
            manager: scene.cast.manager,
            wrote: { spec: { http: {} } },
          }),
          { spec: { hosts: [host], http: [{ route: scene.repaired ? [to('v1', 100)] : [to('v2', 100)] }] } },
        ),
      );
      const [flags, details, text] = undeclared
        ? (['NC', 'cluster_not_found', ''] as const)
        : (['UH', 'no_healthy_upstream', ': no healthy upstream'] as const);
      meshed(plan, orders, {
        complaints: [
          {
            since: at + 3 * SECOND,
            every: 30,
            say: () => ({
              level: 'error',
              message: `call to ${payments.name} failed: unexpected status 503${text}`,
              fields: { status: 502 },
            }),
          },
        ],
        proxy: {
          since: at,
          every: 35,
          direction: 'outbound',
          callee: payments,
          port,
          line: { status: 503, flags, details, path: '/authorize' },
        },
      });
      edgeFails(plan, { from: orders, to: payments }, { at, code: '503', flags });
      highErrorRate(plan, orders, { since: at, percent: 97 });
      return plan;
    },
    expected: (scene) =>
      causeIs({
        causes: [
          { kind: 'VirtualService', namespace: scene.cast.namespace, name: scene.cast.payments },
          { kind: 'DestinationRule', namespace: scene.cast.namespace, name: scene.cast.payments },
        ],
        category: ['mesh-misroute'],
        keywords: [['v2'], ['subset']],
        not: [
          { kind: 'Deployment' },
          { kind: 'Service' },
          { category: 'mtls-mismatch' },
          { category: 'selector-mismatch' },
        ],
      }),
  },
};
