import { highErrorRate } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { complaining } from '@headwater/testkit/world/caller-logs.ts';
import { mainContainer } from '@headwater/testkit/world/pod-spec.ts';
import { rollBack, rollOut } from '@headwater/testkit/world/workload.ts';
import { causeIs } from '../expect.ts';
import type { Scenario } from '../scenario.ts';

/** Y08: after a maintenance the database came back read-only; it is up, reads work, no write does. */
export const scenario: Scenario = {
  slug: 'database-read-only',
  title: 'Nothing can be saved, everything can be read',
  families: ['dependency'],
  build(scene) {
    const { plan, app } = basePlan(scene, { needs: ['database', 'worker'] });
    const { database, orders, worker } = app;
    const at = scene.around('maintenance', 26);
    const mysql = scene.cast.engines.database === 'mysql';
    rollOut(database, {
      at,
      manager: 'kubectl-patch',
      spec: (spec) => {
        mainContainer(spec).args = mysql ? ['--read-only=1'] : ['-c', 'default_transaction_read_only=on'];
      },
    });
    if (scene.repaired) rollBack(database, scene.repairedAt);
    const error = mysql
      ? 'Error 1290 (HY000): The MySQL server is running with the --read-only option so it cannot execute this statement'
      : 'ERROR: cannot execute INSERT in a read-only transaction (SQLSTATE 25006)';
    for (const caller of [orders, worker]) {
      complaining(plan, caller, {
        complaints: [
          {
            since: at + 25_000,
            every: 30,
            say: () => ({ level: 'error', message: `save failed: ${error}`, fields: { status: 500 } }),
          },
        ],
      });
    }
    highErrorRate(plan, orders, { since: at, percent: 33 });
    return plan;
  },
  expected: (scene) =>
    causeIs({
      causes: [{ kind: 'StatefulSet', namespace: scene.cast.namespace, name: scene.cast.database }],
      category: ['database-read-only'],
      keywords: [['read-only', 'read_only']],
      not: [{ kind: 'Deployment' }, { category: 'volume-full' }, { category: 'credentials-invalid' }],
    }),
};
