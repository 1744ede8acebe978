import { MINUTE } from '@headwater/core/time.ts';
import { highErrorRate } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { complaintLog } from '@headwater/testkit/world/caller-logs.ts';
import type { PodPlan } from '@headwater/testkit/world/plan.ts';
import { fromConfigMap, mainContainer, setEnv } from '@headwater/testkit/world/pod-spec.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import type { Scene } from '@headwater/testkit/world/scene.ts';
import { stamp } from '@headwater/testkit/world/scene.ts';
import { restart } from '@headwater/testkit/world/workload.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { editConfigMap } from '../../kit/config-edits.ts';
import { callComplaint } from '../../kit/failed-calls.ts';
import { serve } from '../../kit/load.ts';

/** C07: an address moved and the ConfigMap with it; pods that read it into their environment at start still call the old one. */
export const fault: Fault = {
  code: 'C07',
  name: 'config changed, pods not reloaded',
  lookAlikes: ['C08', 'C04', 'D03'],
  scenario: {
    slug: 'synthetic-c07-stale',
    title: 'Some pods of a service fail, those that were added today do not',
    families: ['config'],
    build(scene) {
      const { plan, app } = basePlan(scene);
      const { orders, namespace } = app;
      const at = scene.around('edit', 33);
      const retired = scene.around('retired', 21);
      const [old, next] = hosts(scene);
      setEnv(mainContainer(orders.spec), 'SEARCH_HOST', fromConfigMap('search-endpoints', 'host'));
      setEnv(mainContainer(orders.spec), 'SEARCH_PORT', fromConfigMap('search-endpoints', 'port'));
      editConfigMap(plan, {
        namespace,
        name: 'search-endpoints',
        good: { host: scene.repaired ? next : old, port: '9200' },
        bad: { host: next },
        at,
        manager: scene.random.pick('editor', ['kubectl-edit', 'helm', 'argocd-controller']),
        watched: scene.random.chance('watched', 0.6),
      });
      orders.replicas = 3;
      const target = { namespace, name: old, port: 9200 };
      const complaints = [
        callComplaint(scene, orders, {
          target,
          failure: 'no-such-host',
          since: retired,
          path: '/items/_search',
          every: 25,
        }),
      ];
      const container = mainContainer(orders.spec).name;
      const stale = (salt: string): PodPlan => ({
        revision: 'current',
        state: running(),
        salt,
        logs: (pod) => [{ container, lines: complaintLog(scene, orders, { pod, options: { complaints } }) }],
      });
      // The third pod was evicted by a node upgrade and came back after the edit.
      const fresh: PodPlan = { revision: 'current', state: running(), created: at + 4 * MINUTE, salt: 'fresh' };
      if (scene.repaired) restart(orders, scene.repairedAt, stamp(scene.repairedAt));
      else
        orders.pods = scene.random.chance('mixed', 0.6)
          ? [stale('a'), stale('b'), fresh]
          : [stale('a'), stale('b'), stale('c')];
      serve(plan, orders, { since: retired, errors: [0.001, 0.46] });
      highErrorRate(plan, orders, { since: retired, percent: 46 });
      return plan;
    },
    expected: (scene) =>
      causeIs({
        causes: [
          { kind: 'Deployment', namespace: scene.cast.namespace, name: scene.cast.orders },
          { kind: 'ConfigMap', namespace: scene.cast.namespace, name: 'search-endpoints' },
        ],
        category: ['config-stale'],
        keywords: [['search-endpoints'], ['once, at start', 'before it was changed', 'stale']],
        not: [{ category: 'dns-name-wrong' }, { category: 'dependency-address-wrong' }, { category: 'dns-down' }],
      }),
  },
};

function hosts(scene: Scene): readonly [string, string] {
  const { domain } = scene.cast;
  return scene.random.pick('hosts', [
    [`search-a.int.${domain}`, `search-b.int.${domain}`],
    [`opensearch-old.${domain}`, `opensearch.${domain}`],
    [`es7.data.${domain}`, `es8.data.${domain}`],
  ]);
}
