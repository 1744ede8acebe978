import { HOUR, MINUTE } from '@headwater/core/time.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { addJob, cronJob } from '@headwater/testkit/world/job.ts';
import { container, podSpec } from '@headwater/testkit/world/pod-spec.ts';
import { finished } from '@headwater/testkit/world/pod-states/gone.ts';
import { daysBefore } from '@headwater/testkit/world/scene.ts';
import type { HardScenario } from './hard-scenario.ts';
import { servesWell, touchy } from './kit/healthy.ts';

const NAME = 'legacy-import';

/** An import of another team has failed every night for months; the alert is of a service it has nothing to do with. */
export const scenario: HardScenario = {
  slug: 'noisy-failing-batch',
  title: 'A latency alert, and a nightly job that has failed for as long as anybody remembers',
  theme: 'healthy-but-noisy',
  families: ['hard', 'jobs'],
  build(scene) {
    const { plan, app } = basePlan(scene);
    const namespace = scene.cast.otherNamespace;
    const spec = podSpec([
      container('import', { image: `${scene.cast.registry}/import:0.9`, requests: { cpu: '100m', memory: '64Mi' } }),
    ]);
    const last = Math.floor((scene.zero - 6 * HOUR) / HOUR) * HOUR;
    const owner = cronJob(plan, {
      namespace,
      name: NAME,
      created: daysBefore(scene, 300),
      schedule: `0 ${new Date(last).getUTCHours()} * * *`,
      spec,
      lastScheduled: last,
    });
    plan.objects.push(owner);
    for (const nights of [0, 1, 2]) {
      const at = last - nights * 24 * HOUR;
      const says = ['{time} INFO reading export of yesterday', '{time} ERROR 530 Login incorrect: ftp.partner.example'];
      addJob(plan, {
        namespace,
        name: `${NAME}-${Math.floor(at / MINUTE)}`,
        created: at,
        spec,
        owner,
        result: 'failed',
        endedAt: at + 3 * MINUTE,
        backoffLimit: 0,
        tries: [{ at: at + 1000, state: finished({ exitCode: 1, ran: 14, says }) }],
      });
    }
    servesWell(plan, [app.orders, app.frontend]);
    touchy(plan, app.frontend, scene.around('fired', 14));
    return plan;
  },
  expected: () => ({ verdict: 'no-fault' }),
};
