import { highErrorRate } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { complaining } from '@headwater/testkit/world/caller-logs.ts';
import type { Scene } from '@headwater/testkit/world/scene.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { databaseCall } from '../../kit/database.ts';
import { accessDenied } from '../../kit/database-words.ts';
import { serve } from '../../kit/load.ts';
import { databaseRequests } from '../../kit/database-spans.ts';
import { errorLine } from '../../kit/runtimes.ts';
import { routineSays, serverLog } from '../../kit/server-log.ts';

/** Somebody changed the application's password in the database itself; every client is turned away from the same moment. */
export const fault: Fault = {
  code: 'Y03',
  name: 'database password changed at the server',
  lookAlikes: ['Y02', 'C08'],
  scenario: {
    slug: 'y03-user-changed-at-server',
    title: 'Every service with a database fails since the same minute, nobody released anything',
    families: ['dependency'],
    build(scene) {
      const { plan, app } = basePlan(scene, { needs: ['database', 'worker'] });
      const { orders, catalog, worker, database } = app;
      const at = scene.around('changed', 21);
      const postgres = scene.cast.engines.database === 'postgres';
      const user = `${scene.cast.namespace.replaceAll('-', '_')}_app`;
      const denied = postgres
        ? [
            `{pg} [2207] FATAL:  password authentication failed for user "${user}"`,
            `{pg} [2207] DETAIL:  Connection matched file "/var/lib/postgresql/data/pgdata/pg_hba.conf" line 128: "host all all all scram-sha-256"`,
          ]
        : [
            `{iso} 8121 [Warning] [MY-010055] [Server] Access denied for user '${user}'@'${scene.cluster.podNetwork}.1.17' (using password: YES)`,
          ];
      const ddl = postgres && scene.random.chance('log-ddl', 0.5);
      serverLog(plan, database, {
        says: [
          routineSays(plan),
          ...(ddl
            ? [
                {
                  since: at,
                  every: 0,
                  lines: [`{pg} [1999] LOG:  statement: ALTER ROLE ${user} WITH PASSWORD <REDACTED>`],
                },
              ]
            : []),
          { since: at + 4_000, every: 20, lines: denied },
        ],
      });
      for (const client of [orders, catalog, worker]) {
        const words = accessDenied(scene, client, { ...databaseCall(plan, app, client), user });
        complaining(plan, client, {
          complaints: [{ since: at + 5_000, every: 22, say: () => errorLine('cannot reach the database', words) }],
        });
      }
      serve(plan, orders, { since: at, errors: [0.001, 0.94] });
      serve(plan, catalog, { since: at, errors: [0.001, 0.97], rate: [9, 9] });
      for (const client of [orders, catalog])
        databaseRequests(plan, app, {
          client,
          since: at,
          error: accessDenied(scene, client, { ...databaseCall(plan, app, client), user }).message,
        });
      highErrorRate(plan, orders, { since: at, percent: 94 });
      if (scene.random.chance('both', 0.6)) highErrorRate(plan, catalog, { since: at, percent: 97 });
      return plan;
    },
    expected: (scene: Scene) =>
      causeIs({
        causes: [{ kind: 'StatefulSet', namespace: scene.cast.namespace, name: scene.cast.database }],
        category: ['credentials-invalid'],
        keywords: [['authentication failed', 'Access denied']],
        not: [{ kind: 'Deployment' }, { category: 'pool-exhausted' }, { category: 'config-stale' }],
      }),
  },
};
