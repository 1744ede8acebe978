import { MINUTE } from '@headwater/core/time.ts';
import { highErrorRate, podCrashLooping, podNotReady } from '@headwater/testkit/world/alerts.ts';
import { databasePort } from '@headwater/testkit/world/application.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { complaining, failedCall } from '@headwater/testkit/world/caller-logs.ts';
import { addMetrics, during, steady, traffic } from '@headwater/testkit/world/metrics.ts';
import { mainContainer } from '@headwater/testkit/world/pod-spec.ts';
import { crashLooping } from '@headwater/testkit/world/pod-states/crash.ts';
import { notReady, running } from '@headwater/testkit/world/pod-states/running.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import { addTrace, spread } from '@headwater/testkit/world/traces.ts';
import { allPods, rollBack, rollOut } from '@headwater/testkit/world/workload.ts';
import { causeIs } from '../expect.ts';
import type { Scenario } from '../scenario.ts';

/** U07: the database dies of its new memory limit; what needs it fails, and what needs that, up to the frontend. */
export const scenario: Scenario = {
  slug: 'hard-cascade',
  title: 'Four services alert within ten minutes, the frontend the loudest',
  families: ['hard', 'saturation', 'pod'],
  build(scene) {
    const { plan, app } = basePlan(scene, { needs: ['database'] });
    const { database, catalog, orders, frontend, port } = app;
    const at = scene.around('rollout', 34);
    rollOut(database, {
      at,
      spec: (spec) => {
        mainContainer(spec).resources = { limits: { memory: '192Mi' }, requests: { cpu: '250m', memory: '192Mi' } };
      },
    });
    const broken = at + 2 * MINUTE;
    if (scene.repaired) {
      rollBack(database, scene.repairedAt);
      allPods(catalog, running());
    } else {
      database.progress = 'complete';
      allPods(
        database,
        crashLooping({
          exitCode: 137,
          reason: 'OOMKilled',
          ran: 52,
          says: ['{time} LOG:  database system is ready to accept connections'],
        }),
      );
      allPods(catalog, notReady({ probe: 'HTTP probe failed with statuscode: 503', since: broken }));
      catalog.progress = 'complete';
    }
    const db = `dial tcp: connect to ${database.name}:${databasePort(scene)}: connection refused`;
    complaining(plan, catalog, {
      state: scene.repaired ? running() : notReady({ probe: 'HTTP probe failed with statuscode: 503', since: broken }),
      complaints: [
        {
          since: broken,
          every: 30,
          say: () => ({ level: 'error', message: `query failed: ${db}`, fields: { status: 503 } }),
        },
      ],
    });
    complaining(plan, orders, {
      complaints: [
        {
          since: broken + 20_000,
          every: 25,
          say: failedCall({
            to: catalog.name,
            url: `http://${catalog.name}:${port}/items`,
            error: 'EOF: 503 Service Unavailable',
          }),
        },
      ],
    });
    complaining(plan, frontend, {
      complaints: [
        {
          since: broken + 40_000,
          every: 20,
          say: failedCall({
            to: orders.name,
            url: `http://${orders.name}:${port}/api`,
            error: '500 Internal Server Error',
          }),
        },
      ],
    });
    const pods = [catalog, orders, frontend].map((workload) => realise(plan, workload).pods);
    for (const [index, own] of pods.entries()) {
      for (const pod of own) {
        addMetrics(
          plan,
          traffic(scene, pod, {
            rate: steady(scene, pod.name, 5 + 3 * index),
            errors: during(scene, broken + index * 30_000, { normal: () => 0.001, faulty: () => 0.8 - index * 0.1 }),
            errorCode: index === 0 ? '503' : '500',
          }),
        );
      }
    }
    const [c, o, f] = pods.map((own) => own[0]);
    for (const start of scene.repaired ? [] : spread(broken + 2 * MINUTE, scene.zero, 4)) {
      if (!c || !o || !f) continue;
      addTrace(plan, start, {
        pod: f,
        service: frontend.name,
        operation: 'GET /',
        own: 6,
        error: '500',
        calls: [
          {
            pod: o,
            service: orders.name,
            operation: 'GET /api',
            own: 8,
            error: '500',
            calls: [{ pod: c, service: catalog.name, operation: 'GET /items', own: 12, error: db }],
          },
        ],
      });
    }
    if (scene.repaired) return plan;
    highErrorRate(plan, frontend, { since: broken + 40_000, percent: 63 });
    highErrorRate(plan, orders, { since: broken + 20_000, percent: 70 });
    const [dbPod] = realise(plan, database).pods;
    if (dbPod) podCrashLooping(plan, dbPod, broken);
    if (c) podNotReady(plan, c, broken);
    return plan;
  },
  expected: (scene) =>
    causeIs({
      causes: [{ kind: 'StatefulSet', namespace: scene.cast.namespace, name: scene.cast.database }],
      category: ['oom-killed'],
      keywords: [['OOMKilled', '137'], ['192Mi']],
      not: [{ kind: 'Deployment' }, { category: 'dependency-cascade' }, { category: 'readiness-failing' }],
    }),
};
