import { deploymentReplicasMismatch, highErrorRate, podNotReady } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { complaining } from '@headwater/testkit/world/caller-logs.ts';
import { notReady, running } from '@headwater/testkit/world/pod-states/running.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import { clusterAddress } from '@headwater/testkit/world/service.ts';
import { allPods } from '@headwater/testkit/world/workload.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { addExperiment, selectorOf } from '../../kit/chaos.ts';
import { serve } from '../../kit/load.ts';

/** A Schedule makes the pods of one backend fail every quarter of an hour; nobody switched it off. */
export const fault: Fault = {
  code: 'D07-pod',
  name: 'chaos experiment on pods',
  lookAlikes: ['P10', 'P23', 'K01'],
  scenario: {
    slug: 'd07-pod-chaos',
    title: 'A backend is gone, no image, no probe and no node has changed',
    families: ['chaos'],
    build(scene) {
      const { plan, app } = basePlan(scene, { needs: ['payments'] });
      const { orders, payments, port } = app;
      const at = scene.around('injected', 18);
      if (!scene.repaired) {
        payments.progress = 'complete';
        // The pause image answers nothing, so every probe is refused.
        allPods(
          payments,
          notReady({
            probe: `Get "http://{ip}:${port}/ready": dial tcp {ip}:${port}: connect: connection refused`,
            since: at,
          }),
          {
            mutate: (spec) => {
              for (const container of spec.containers) container.image = 'gcr.io/google-containers/pause:latest';
            },
          },
        );
      } else allPods(payments, running());
      const victims = realise(plan, payments).pods;
      const schedule = `${payments.name}-failure`;
      addExperiment(plan, {
        kind: 'PodChaos',
        schedule,
        cron: scene.random.pick('cron', ['*/30 * * * *', '@every 45m', '5 * * * *']),
        at,
        victims,
        spec: { action: 'pod-failure', duration: '40m', mode: 'all', selector: selectorOf(payments) },
      });
      const refused = `dial tcp ${clusterAddress(scene, payments)}:${port}: connect: connection refused`;
      complaining(plan, orders, {
        complaints: [
          {
            since: at + 4_000,
            every: 18,
            say: () => ({
              level: 'error',
              message: `call to ${payments.name} failed: Post "http://${payments.name}:${port}/authorize": ${refused}`,
              fields: { status: 502 },
            }),
          },
        ],
      });
      serve(plan, orders, { since: at, errors: [0.001, 0.58], errorCode: '502' });
      highErrorRate(plan, orders, { since: at, percent: 58 });
      const [pod] = victims;
      if (pod && scene.random.chance('pod-alert', 0.5)) podNotReady(plan, pod, at);
      if (scene.random.chance('deployment-alert', 0.4)) deploymentReplicasMismatch(plan, payments, at);
      return plan;
    },
    expected: (scene) =>
      causeIs({
        causes: [
          { kind: 'PodChaos', name: `${scene.cast.payments}-failure-*` },
          { kind: 'Schedule', name: `${scene.cast.payments}-failure` },
        ],
        category: ['chaos-experiment'],
        keywords: [[`${scene.cast.payments}-failure`], ['pod-failure', 'PodChaos']],
        not: [{ kind: 'Deployment' }, { category: 'readiness-failing' }, { category: 'network-policy-ingress' }],
      }),
  },
};
