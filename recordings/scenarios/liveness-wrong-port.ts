import { MINUTE } from '@headwater/core/time.ts';
import { podCrashLooping } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { mainContainer } from '@headwater/testkit/world/pod-spec.ts';
import { crashLooping } from '@headwater/testkit/world/pod-states/crash.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import { allPods, rollBack, rollOut } from '@headwater/testkit/world/workload.ts';
import { causeIs } from '../expect.ts';
import type { Scenario } from '../scenario.ts';

/** P07: the liveness probe asks a port nothing listens on; the app itself is fine until the kubelet kills it. */
export const scenario: Scenario = {
  slug: 'liveness-wrong-port',
  title: 'A service restarts again and again without an error in its log',
  families: ['pod'],
  build(scene) {
    const { plan, app } = basePlan(scene);
    const { catalog, port } = app;
    const at = scene.around('rollout', 34);
    const wrong = port + 1;
    rollOut(catalog, {
      at,
      spec: (spec) => {
        const probe = mainContainer(spec).livenessProbe;
        if (probe?.httpGet) probe.httpGet.port = wrong;
      },
    });
    if (scene.repaired) {
      rollBack(catalog, scene.repairedAt);
      return plan;
    }
    const says = [
      'starting',
      `listening on :${port}`,
      'request completed status=200',
      'request completed status=200',
      'received SIGTERM, shutting down',
    ];
    catalog.progress = 'complete';
    allPods(
      catalog,
      crashLooping({
        exitCode: 143,
        ran: 41,
        liveness: `Get "http://{ip}:${wrong}/healthz": dial tcp {ip}:${wrong}: connect: connection refused`,
        says: says.map((text) => `{time} INFO ${text}`),
      }),
    );
    for (const pod of realise(plan, catalog).pods) podCrashLooping(plan, pod, at + 2 * MINUTE);
    return plan;
  },
  expected: (scene) =>
    causeIs({
      causes: [{ kind: 'Deployment', namespace: scene.cast.namespace, name: scene.cast.catalog }],
      category: ['probe-misconfigured'],
      keywords: [['liveness'], [String(scene.random.pick('app-port', [8080, 8000, 3000, 9000]) + 1)]],
      not: [{ category: 'app-crash' }, { category: 'target-port-wrong' }],
    }),
};
