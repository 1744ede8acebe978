import { DAY } from '@headwater/core/time.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { addJob } from '@headwater/testkit/world/job.ts';
import { made } from '@headwater/testkit/world/metadata.ts';
import { object } from '@headwater/testkit/world/objects.ts';
import { container, podSpec } from '@headwater/testkit/world/pod-spec.ts';
import { finished } from '@headwater/testkit/world/pod-states/gone.ts';
import { daysBefore } from '@headwater/testkit/world/scene.ts';
import type { HardScenario } from './hard-scenario.ts';
import { servesWell, touchy } from './kit/healthy.ts';

/** A trial of last month: an Ingress whose Service was never made, and a hook whose Job failed and was left. */
export const scenario: HardScenario = {
  slug: 'noisy-trial-leftovers',
  title: 'A latency alert in a namespace somebody once tried things in',
  theme: 'healthy-but-noisy',
  families: ['hard'],
  build(scene) {
    const { plan, app } = basePlan(scene);
    const { namespace } = app;
    const backend = { service: { name: 'trial-api', port: { number: 80 } } };
    plan.objects.push(
      object(
        scene,
        { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', namespace, name: 'trial' },
        made(daysBefore(scene, 30)),
        {
          spec: {
            ingressClassName: 'nginx',
            rules: [
              { host: `trial.${scene.cast.domain}`, http: { paths: [{ backend, path: '/', pathType: 'Prefix' }] } },
            ],
          },
          status: { loadBalancer: {} },
        },
      ),
    );
    const at = scene.zero - 1.6 * DAY;
    addJob(plan, {
      namespace,
      name: 'trial-migrate',
      created: at,
      spec: podSpec([container('migrate', { image: `${scene.cast.registry}/trial:0.1` })]),
      result: 'failed',
      endedAt: at + 90_000,
      backoffLimit: 0,
      tries: [{ at: at + 1000, state: finished({ exitCode: 1, ran: 9, says: ['{time} ERROR no such table: trial'] }) }],
    });
    servesWell(plan, [app.orders, app.frontend]);
    touchy(plan, app.frontend, scene.around('fired', 14));
    return plan;
  },
  expected: () => ({ verdict: 'no-fault' }),
};
