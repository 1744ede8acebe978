import { podCrashLooping, statefulSetReplicasMismatch } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { crashLooping } from '@headwater/testkit/world/pod-states/crash.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import type { Json } from '@headwater/testkit/world/json.ts';
import type { Scene } from '@headwater/testkit/world/scene.ts';
import { allPods, rollBack, rollOut } from '@headwater/testkit/world/workload.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { lostDatabase } from '../../kit/lost-database.ts';

export const fault: Fault = {
  code: 'T09',
  name: 'permission denied on a volume',
  lookAlikes: ['P15', 'P16', 'P04'],
  scenario: {
    slug: 'synthetic-volume-permission',
    title: 'A database does not start since its settings were hardened',
    families: ['storage', 'pod'],
    build(scene) {
      const { plan, app } = basePlan(scene, { needs: ['database'] });
      const { database } = app;
      const at = scene.around('rollout', 33);
      database.spec = structuredClone(database.spec);
      database.spec['securityContext'] = { fsGroup: 999, runAsUser: 999 };
      rollOut(database, {
        at,
        spec: (spec) => {
          spec['securityContext'] = editOf(scene);
        },
      });
      if (scene.repaired) {
        rollBack(database, scene.repairedAt);
        allPods(database, running(), { created: scene.repairedAt + 20_000 });
        return plan;
      }
      const state = crashLooping({ exitCode: 1, ran: 2, says: linesOf(scene) });
      allPods(database, state, { created: at + 15_000 });
      const [pod] = realise(plan, database).pods;
      if (pod) podCrashLooping(plan, pod, at);
      if (scene.random.chance('workload-alert', 0.5)) statefulSetReplicasMismatch(plan, database, at);
      lostDatabase(plan, app, at);
      return plan;
    },
    expected: (scene) =>
      causeIs({
        causes: [
          { kind: 'StatefulSet', namespace: scene.cast.namespace, name: scene.cast.database },
          { kind: 'PersistentVolumeClaim', namespace: scene.cast.namespace, name: `data-${scene.cast.database}-0` },
        ],
        category: ['volume-permission'],
        keywords: [
          ['ermission denied', 'not permitted', 'wrong ownership', 'errno: 13', 'errno 13'],
          ['runAsUser', 'fsGroup', 'securityContext'],
        ],
        not: [{ category: 'app-crash' }, { category: 'security-context-denied' }, { kind: 'Deployment' }],
      }),
  },
};

function editOf(scene: Scene): Json {
  return scene.random.pick('edit', [
    { runAsUser: 10001, runAsNonRoot: true },
    { runAsUser: 65534 },
    { fsGroup: 2000, runAsUser: 2000 },
  ]);
}

function linesOf(scene: Scene): string[] {
  const { random, cast } = scene;
  if (cast.engines.database === 'postgres')
    return random.pick('postgres-says', [
      [
        "chmod: changing permissions of '/var/lib/postgresql/data': Operation not permitted",
        'The files belonging to this database system will be owned by user "postgres".',
        'initdb: error: could not change permissions of directory "/var/lib/postgresql/data/pgdata": Operation not permitted',
      ],
      [
        '{time} [1] FATAL:  data directory "/var/lib/postgresql/data/pgdata" has wrong ownership',
        '{time} [1] HINT:  The server must be started by the user that owns the data directory.',
      ],
      ['{time} [1] FATAL:  could not open file "/var/lib/postgresql/data/pgdata/global/pg_control": Permission denied'],
    ]);
  return random.pick('mysql-says', [
    [
      '{time} [Note] [Entrypoint]: Entrypoint script for MySQL Server 8.4.4 started.',
      "mysqld: Can't create/write to file '/var/lib/mysql/is_writable' (OS errno 13 - Permission denied)",
      '{time} 0 [ERROR] [MY-010119] [Server] Aborting',
    ],
    [
      '{time} 0 [ERROR] [MY-012592] [InnoDB] Operating system error number 13 in a file operation.',
      '{time} 0 [ERROR] [MY-012595] [InnoDB] The error means mysqld does not have the access rights to the directory.',
      "{time} 0 [ERROR] [MY-012271] [InnoDB] The innodb_system data file '/var/lib/mysql/ibdata1' must be writable: Permission denied",
      '{time} 0 [ERROR] [MY-010119] [Server] Aborting',
    ],
  ]);
}
