import { SECOND } from '@headwater/core/time.ts';
import { alert, highErrorRate } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { complaining } from '@headwater/testkit/world/caller-logs.ts';
import { mainContainer } from '@headwater/testkit/world/pod-spec.ts';
import { notReady, running } from '@headwater/testkit/world/pod-states/running.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import type { Scene } from '@headwater/testkit/world/scene.ts';
import { clusterAddress } from '@headwater/testkit/world/service.ts';
import type { World } from '@headwater/testkit/world/world.ts';
import { allPods } from '@headwater/testkit/world/workload.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { serve } from '../../kit/load.ts';
import { release } from '../../kit/versions.ts';

/** All old pods went before the first new one was ready, as the strategy demands; they take minutes to warm up. */
export const fault: Fault = {
  code: 'D04',
  name: 'rollout strategy takes the service down',
  lookAlikes: ['D03', 'P10', 'P22'],
  scenario: {
    slug: 'd04-rollout-strategy',
    title: 'A service is gone while its release goes on',
    families: ['rollout'],
    build(scene) {
      const { plan, app } = basePlan(scene);
      const { orders, frontend, port } = app;
      const at = scene.around('rollout', 8);
      orders.replicas = 3;
      const safe = { rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' }, type: 'RollingUpdate' };
      orders.specExtra['strategy'] = scene.repaired
        ? safe
        : isRecreate(scene)
          ? { type: 'Recreate' }
          : { rollingUpdate: { maxSurge: 0, maxUnavailable: '100%' }, type: 'RollingUpdate' };
      release(plan, orders, at);
      const { readinessProbe } = mainContainer(orders.spec);
      if (readinessProbe) readinessProbe.initialDelaySeconds = 20;
      if (!scene.repaired) {
        orders.progress = 'progressing';
        allPods(
          orders,
          notReady({
            probe: scene.random.pick('warming', [
              'HTTP probe failed with statuscode: 503',
              `Get "http://{ip}:${port}/ready": dial tcp {ip}:${port}: connect: connection refused`,
            ]),
          }),
          { created: at + 4 * SECOND },
        );
        for (const pod of orders.pods ?? []) Object.assign(pod, { salt: String(orders.pods?.indexOf(pod)) });
      } else allPods(orders, running());
      realise(plan, orders);
      const refused = `dial tcp ${clusterAddress(scene, orders)}:${port}: connect: connection refused`;
      complaining(plan, frontend, {
        complaints: [
          {
            since: at + 6_000,
            every: 11,
            say: () => ({
              level: 'error',
              message: `call to ${orders.name} failed: Post "http://${orders.name}:${port}/api": ${refused}`,
              fields: { status: 502 },
            }),
          },
        ],
      });
      serve(plan, frontend, { since: at, errors: [0.001, 0.7], errorCode: '502', rate: [9, 9] });
      highErrorRate(plan, frontend, { since: at, percent: 70 });
      if (scene.random.chance('endpoints-alert', 0.5))
        alert(plan, {
          alertname: 'KubeDeploymentReplicasUnavailable',
          severity: 'critical',
          labels: { namespace: orders.namespace, deployment: orders.name },
          summary: 'Deployment has no available replica.',
          description: `Deployment ${orders.namespace}/${orders.name} has 0 available replicas of 3.`,
          at: at + 3 * 60_000,
        });
      return plan;
    },
    finish: allAtOnce,
    expected: (scene) =>
      causeIs({
        causes: [{ kind: 'Deployment', namespace: scene.cast.namespace, name: scene.cast.orders }],
        category: ['rollout-strategy'],
        keywords: [isRecreate(scene) ? ['Recreate'] : ['100%', 'maxUnavailable']],
        not: [
          { category: 'readiness-failing' },
          { category: 'probe-misconfigured' },
          { category: 'rollout-stuck' },
          { kind: 'Deployment', name: scene.cast.frontend },
        ],
      }),
  },
};

function isRecreate(scene: Scene): boolean {
  return scene.random.chance('recreate', 0.6);
}

// With these strategies the controller takes every old pod and makes every new one in one step each.
function allAtOnce(world: World): World {
  const { scene } = world;
  const name = scene.cast.orders;
  const steps = /^Scaled (up|down) replica set (\S+) from (\d+) to (\d+)$/;
  const seen = new Set<string>();
  const events = world.events.flatMap((event) => {
    const field = event.apiVersion === 'v1' ? 'message' : 'note';
    const said = event[field];
    const match = typeof said === 'string' ? steps.exec(said) : null;
    if (!match || !match[2]?.startsWith(`${name}-`)) return [event];
    const [, way, set] = match;
    if (seen.has(`${way}/${set}`)) return [];
    seen.add(`${way}/${set}`);
    return [{ ...event, [field]: `Scaled ${way} replica set ${set} from ${way === 'up' ? '0 to 3' : '3 to 0'}` }];
  });
  return { ...world, events };
}
