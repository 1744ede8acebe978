import { highErrorRate } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { mainContainer } from '@headwater/testkit/world/pod-spec.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import type { Scene } from '@headwater/testkit/world/scene.ts';
import { allPods, rollBack, rollOut } from '@headwater/testkit/world/workload.ts';
import { editService } from '../../kit/edits.ts';
import { callsFail } from '../../kit/failed-calls.ts';

/** Who renamed the port: the release of the workload, or an edit of its Service. */
function renamedBy(scene: Scene): 'workload' | 'service' {
  return scene.random.pick('renamed-by', ['workload', 'service'] as const);
}

function newName(scene: Scene): string {
  return scene.random.pick('port-name', ['web', 'http-api', 'main', 'grpc']);
}

/** The Service leads to a port by a name no container declares, so its slices carry addresses without ports. */
export const fault: Fault = {
  code: 'V03',
  name: 'named targetPort no container declares',
  lookAlikes: ['V01', 'V02', 'P10'],
  scenario: {
    slug: 'v03-named-port-undeclared',
    title: 'A backend is ready and its callers are refused',
    families: ['service'],
    build(scene) {
      const { plan, app } = basePlan(scene);
      const { orders, frontend, catalog, namespace, port } = app;
      const at = scene.around('edit', 26);
      if (renamedBy(scene) === 'service') {
        editService(plan, {
          name: catalog.name,
          at,
          change: (service) => {
            for (const entry of service.ports) entry.targetPort = newName(scene);
          },
        });
      } else {
        rollOut(catalog, {
          at,
          spec: (spec) => {
            for (const entry of mainContainer(spec).ports ?? []) entry.name = newName(scene);
          },
        });
        if (scene.repaired) {
          rollBack(catalog, scene.repairedAt);
          allPods(catalog, running(), { survivor: true });
        }
      }
      const target = { namespace, name: catalog.name, port };
      callsFail(plan, orders, { target, failure: 'refused', since: at + 14_000 });
      callsFail(plan, frontend, { target, failure: 'refused', since: at + 15_000, every: 45 });
      const victim = scene.random.pick('alert', [orders, frontend]);
      highErrorRate(plan, victim, { since: at, percent: scene.random.int('percent', 40, 90) });
      return plan;
    },
    expected: (scene) =>
      causeIs({
        causes: [
          { kind: 'Service', namespace: scene.cast.namespace, name: scene.cast.catalog },
          ...(renamedBy(scene) === 'workload'
            ? [{ kind: 'Deployment', namespace: scene.cast.namespace, name: scene.cast.catalog }]
            : []),
        ],
        category: ['target-port-wrong'],
        keywords: [[renamedBy(scene) === 'service' ? newName(scene) : 'http']],
        not: [{ category: 'selector-mismatch' }, { category: 'readiness-failing' }, { category: 'service-missing' }],
      }),
  },
};
