import { MINUTE } from '@headwater/core/time.ts';
import { highErrorRate } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { complaining } from '@headwater/testkit/world/caller-logs.ts';
import { addJob } from '@headwater/testkit/world/job.ts';
import { container, mainContainer, podSpec, splitImage } from '@headwater/testkit/world/pod-spec.ts';
import { finished } from '@headwater/testkit/world/pod-states/gone.ts';
import type { Scene } from '@headwater/testkit/world/scene.ts';
import { rollBack, rollOut } from '@headwater/testkit/world/workload.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { unknownColumn } from '../../kit/database-words.ts';
import { serve } from '../../kit/load.ts';
import { databaseRequests } from '../../kit/database-spans.ts';
import { errorLine } from '../../kit/runtimes.ts';

/** Code and schema do not fit: a release came before its migration, or a migration took away what still runs needs. */
export const fault: Fault = {
  code: 'Y11',
  name: 'schema does not fit the code',
  lookAlikes: ['D02', 'Y06'],
  scenario: {
    slug: 'y11-schema-mismatch',
    title: 'One kind of request fails since a little while ago',
    families: ['dependency', 'rollout'],
    build(scene) {
      const { plan, app } = basePlan(scene, { needs: ['database'] });
      const { catalog, database, namespace } = app;
      const at = scene.around('started', 24);
      if (isMigration(scene)) {
        addJob(plan, {
          namespace,
          name: jobName(scene),
          created: at - 20_000,
          endedAt: at + 9_000,
          result: 'complete',
          spec: podSpec([
            container('migrate', {
              image: `${scene.cast.registry}/${catalog.name}-migrations:${scene.random.int('schema', 40, 90)}`,
              args: ['up'],
              env: { DB_HOST: database.name },
            }),
          ]),
          tries: [{ at: at - 19_000, state: finished({ exitCode: 0, ran: 24 }) }],
        });
      } else {
        rollOut(catalog, {
          at,
          spec: (spec) => {
            const main = mainContainer(spec);
            main.image = `${splitImage(main.image).name}:v6.${scene.random.int('minor', 0, 40)}.0`;
          },
        });
        if (scene.repaired) rollBack(catalog, scene.repairedAt);
      }
      const names = { table: scene.random.pick('table', ['items', 'customers', 'offers']), column: columnOf(scene) };
      const words = unknownColumn(scene, catalog, names);
      const since = at + 15_000;
      complaining(plan, catalog, {
        complaints: [{ since, every: 21, say: () => errorLine(`GET /${names.table} failed`, words) }],
      });
      serve(plan, catalog, { since, errors: [0.001, 0.46], rate: [8, 8] });
      databaseRequests(plan, app, { client: catalog, since, error: words.message });
      highErrorRate(plan, catalog, { since: at + MINUTE, percent: 46 });
      return plan;
    },
    expected: (scene) =>
      causeIs({
        causes: [
          { kind: 'Deployment', namespace: scene.cast.namespace, name: scene.cast.catalog },
          ...(isMigration(scene) ? [{ kind: 'Job', namespace: scene.cast.namespace, name: jobName(scene) }] : []),
        ],
        category: ['schema-mismatch'],
        keywords: [[columnOf(scene)], ...(isMigration(scene) ? [[jobName(scene)]] : [])],
        not: [{ kind: 'StatefulSet' }, { category: 'version-errors' }, { category: 'slow-query' }],
      }),
  },
};

function isMigration(scene: Scene): boolean {
  return scene.random.chance('migration', 0.5);
}

function jobName(scene: Scene): string {
  return `${scene.cast.catalog}-migrate-${scene.random.int('schema', 40, 90)}`;
}

function columnOf(scene: Scene): string {
  return scene.random.pick('column', ['tax_class', 'legacy_id', 'display_name', 'loyalty_tier']);
}
