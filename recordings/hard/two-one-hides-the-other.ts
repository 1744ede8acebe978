import { databasePort } from '@headwater/testkit/world/application.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { causeIs } from '../expect.ts';
import type { HardScenario } from './hard-scenario.ts';
import { callsFail, limitLowered, tagMissing } from './kit/faults.ts';

/** The database dies and everything cries; in the storm one quiet rollout is stuck for its own reason. */
export const scenario: HardScenario = {
  slug: 'two-one-hides-the-other',
  title: 'Everything that needs the database fails, and one rollout is stuck',
  theme: 'two-faults',
  families: ['hard', 'pod', 'image'],
  build(scene) {
    const { plan, app } = basePlan(scene, { needs: ['database', 'worker'] });
    const { database, orders, catalog, frontend, worker, port } = app;
    const at = scene.around('limit', 33);
    tagMissing(plan, worker, { at: scene.around('worker', 45) });
    limitLowered(plan, database, { at, limit: '160Mi' });
    const broken = at + 90_000;
    callsFail(plan, { caller: orders, callee: database, port: databasePort(scene), since: broken, percent: 81 });
    callsFail(plan, { caller: catalog, callee: database, port: databasePort(scene), since: broken, percent: 77 });
    callsFail(plan, {
      caller: frontend,
      callee: orders,
      port,
      since: broken + 30_000,
      percent: 64,
      error: 'i/o timeout',
    });
    return plan;
  },
  expected: (scene) => {
    const { namespace, database, worker } = scene.cast;
    return causeIs({
      causes: [
        { kind: 'StatefulSet', namespace, name: database },
        { kind: 'Deployment', namespace, name: worker },
      ],
      allCauses: true,
      category: ['oom-killed', 'image-not-found'],
      keywords: [['160Mi'], ['not found']],
      not: [
        { kind: 'Deployment', name: scene.cast.orders },
        { kind: 'Deployment', name: scene.cast.catalog },
        { kind: 'Deployment', name: scene.cast.frontend },
      ],
    });
  },
};
