import { DAY, HOUR, MINUTE } from '@headwater/core/time.ts';
import { alert } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { cronJob } from '@headwater/testkit/world/job.ts';
import { container, podSpec } from '@headwater/testkit/world/pod-spec.ts';
import { daysBefore } from '@headwater/testkit/world/scene.ts';
import { causeIs } from '../expect.ts';
import type { HardScenario } from './hard-scenario.ts';

const NAME = 'ledger-backup';

/** Somebody suspended the backup nine days ago and forgot it; its Jobs and their Events are gone. */
export const scenario: HardScenario = {
  slug: 'old-suspended-schedule',
  title: 'There has been no backup for more than a week',
  theme: 'older-than-events',
  families: ['hard', 'jobs'],
  build(scene) {
    const { plan, app } = basePlan(scene);
    const { namespace } = app;
    const spec = podSpec([
      container('backup', { image: `${scene.cast.registry}/backup:5.1`, requests: { cpu: '100m', memory: '128Mi' } }),
    ]);
    const last = Math.floor(daysBefore(scene, 9) / DAY) * DAY + 2 * HOUR;
    const job = cronJob(plan, {
      namespace,
      name: NAME,
      created: daysBefore(scene, 70),
      schedule: '0 2 * * *',
      spec,
      lastScheduled: last,
      lastSuccessful: last + 4 * MINUTE,
    });
    Object.assign(job['spec'] as object, { suspend: true });
    plan.objects.push(job);
    alert(plan, {
      alertname: 'BackupTooOld',
      severity: 'warning',
      labels: { namespace, cronjob: NAME },
      summary: 'The last backup is too old.',
      description: `The last successful run of ${namespace}/${NAME} is more than a week ago.`,
      at: scene.before(47),
    });
    return plan;
  },
  expected: (scene) =>
    causeIs({
      causes: [{ kind: 'CronJob', namespace: scene.cast.namespace, name: NAME }],
      category: ['cronjob-broken'],
      keywords: [['suspend']],
    }),
};
