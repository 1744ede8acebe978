import { highErrorRate } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { complaining } from '@headwater/testkit/world/caller-logs.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import type { Scene } from '@headwater/testkit/world/scene.ts';
import { addTrace, spread } from '@headwater/testkit/world/traces.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { editService } from '../../kit/edits.ts';

interface Shared {
  readonly key: string;
  readonly value: string;
}

/** The label every pod of the application carries beside its own name. */
function sharedLabel(scene: Scene): Shared {
  const { namespace, organisation } = scene.cast;
  return scene.random.pick('shared-label', [
    { key: 'app.kubernetes.io/part-of', value: namespace },
    { key: 'tier', value: 'backend' },
    { key: 'team', value: `${organisation}-${namespace}` },
  ]);
}

/** The Service selects by a label all backends share, so part of the requests reach the wrong application. */
export const fault: Fault = {
  code: 'V05',
  name: 'selector too broad',
  lookAlikes: ['D02', 'V01', 'V08'],
  scenario: {
    slug: 'v05-selector-too-broad',
    title: 'A part of the calls to one backend is answered with 404',
    families: ['service'],
    build(scene) {
      const { plan, app } = basePlan(scene, { needs: ['payments'] });
      const { orders, frontend, catalog, payments, extra } = app;
      const at = scene.around('edit', 23);
      const { key, value } = sharedLabel(scene);
      for (const workload of [orders, catalog, payments, extra]) workload.podLabels[key] = value;
      editService(plan, {
        name: catalog.name,
        at,
        change: (service) => {
          service.selector = { [key]: value };
        },
      });
      const until = scene.repaired ? scene.repairedAt : scene.now;
      const notFound = (method: string): string =>
        scene.random.pick('not-found', [
          `unexpected status 404 from ${catalog.name}: ${method} /items/4711: not found`,
          `${catalog.name} answered 404 Not Found for ${method} /items/4711`,
          `Request failed with status code 404: ${method} http://${catalog.name}:${app.port}/items/4711`,
        ]);
      complaining(plan, frontend, {
        complaints: [{ since: at + 4_000, every: 40, say: () => ({ level: 'error', message: notFound('GET') }) }],
      });
      complaining(plan, payments, {
        complaints: [
          {
            since: at + 4_000,
            every: 55,
            say: () => ({
              level: 'warn',
              message: 'no handler for GET /items/4711',
              fields: { status: 404, path: '/items/4711' },
            }),
          },
        ],
      });
      const pods = [realise(plan, catalog).pods[0], realise(plan, payments).pods[0]];
      const caller = realise(plan, frontend).pods[0];
      for (const [index, time] of spread(at, until, 12).entries()) {
        const pod = pods[index % 2];
        if (!pod || !caller) continue;
        const wrong = pod.workload === payments;
        addTrace(plan, time, {
          pod: caller,
          service: frontend.name,
          operation: 'GET /',
          own: 8,
          ...(wrong ? { error: '404 Not Found' } : {}),
          calls: [
            {
              pod,
              service: pod.workload.name,
              operation: 'GET /items/4711',
              own: 5,
              ...(wrong ? { error: '404 Not Found' } : {}),
            },
          ],
        });
      }
      highErrorRate(plan, frontend, { since: at, percent: scene.random.int('percent', 40, 75) });
      return plan;
    },
    expected: (scene) =>
      causeIs({
        causes: [{ kind: 'Service', namespace: scene.cast.namespace, name: scene.cast.catalog }],
        category: ['selector-mismatch'],
        keywords: [[sharedLabel(scene).key]],
        not: [{ kind: 'Deployment' }, { category: 'version-errors' }, { category: 'gateway-misroute' }],
      }),
  },
};
