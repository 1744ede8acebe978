import { DAY, HOUR, MINUTE } from '@headwater/core/time.ts';
import { alert } from '@headwater/testkit/world/alerts.ts';
import { cronJob } from '@headwater/testkit/world/job.ts';
import { container, podSpec } from '@headwater/testkit/world/pod-spec.ts';
import { daysBefore } from '@headwater/testkit/world/scene.ts';
import { scenario as known } from '../scenarios/target-port-wrong.ts';
import type { HardScenario } from './hard-scenario.ts';

const NAME = 'stock-count';

/** One alert has fired since yesterday, another since minutes; each has a cause of its own. */
export const scenario: HardScenario = {
  slug: 'two-old-and-new',
  title: 'An alert of yesterday and one of now',
  theme: 'two-faults',
  families: ['hard', 'jobs', 'service'],
  build(scene) {
    const plan = known.build(scene);
    const { namespace } = scene.cast;
    const spec = podSpec([container('count', { image: `${scene.cast.registry}/count:2.2` })]);
    const last = Math.floor(daysBefore(scene, 3) / DAY) * DAY + 3 * HOUR;
    const job = cronJob(plan, {
      namespace,
      name: NAME,
      created: daysBefore(scene, 70),
      schedule: '0 3 * * *',
      spec,
      lastScheduled: last,
      lastSuccessful: last + 2 * MINUTE,
    });
    Object.assign(job['spec'] as object, { suspend: true });
    plan.objects.push(job);
    alert(plan, {
      alertname: 'CronJobNotRun',
      severity: 'warning',
      labels: { namespace, cronjob: NAME },
      summary: 'A CronJob has not run.',
      description: `${namespace}/${NAME} has not completed for more than a day.`,
      at: scene.before(1_300),
    });
    return plan;
  },
  expected: (scene) => {
    const expected = known.expected(scene);
    return {
      ...expected,
      causes: [
        ...(expected.causes ?? []).slice(0, 1),
        { kind: 'CronJob', namespace: scene.cast.namespace, name: NAME },
      ],
      allCauses: true,
      category: ['target-port-wrong', 'cronjob-broken'],
    };
  },
};
