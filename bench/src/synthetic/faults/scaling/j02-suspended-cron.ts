import { DAY, HOUR, MINUTE } from '@headwater/core/time.ts';
import { alert } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { about } from '@headwater/testkit/world/controller-events.ts';
import { addJob, cronJob } from '@headwater/testkit/world/job.ts';
import { container, podSpec } from '@headwater/testkit/world/pod-spec.ts';
import { finished } from '@headwater/testkit/world/pod-states/gone.ts';
import { daysBefore, type Scene } from '@headwater/testkit/world/scene.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { editorOf } from '../../kit/edits.ts';

const cronName = (scene: Scene): string =>
  scene.random.pick('cron', ['rotate-keys', 'expire-carts', 'nightly-backup', 'recount-stock']);

/** Why it does not run: somebody suspended it, or the controller lost count of the runs it missed. */
function reasonOf(scene: Scene): 'suspended' | 'missed' {
  return scene.random.pick('why', ['suspended', 'missed'] as const);
}

/** A CronJob has not run for long: suspended, or too many starts were missed. */
export const fault: Fault = {
  code: 'J02-suspended',
  name: 'CronJob suspended or given up',
  lookAlikes: ['J03', 'Z04'],
  scenario: {
    slug: 'j02-suspended-cron',
    title: 'A job that should run every quarter of an hour has not run since yesterday',
    families: ['job'],
    build(scene) {
      const { plan, app } = basePlan(scene);
      const { namespace } = app;
      const name = cronName(scene);
      const suspended = reasonOf(scene) === 'suspended';
      const spec = podSpec([
        container('task', { image: `${scene.cast.registry}/${name}:2.2`, requests: { cpu: '50m', memory: '64Mi' } }),
      ]);
      const quarter = 15 * MINUTE;
      const last = Math.floor((scene.zero - scene.random.int('hours', 27, 33) * HOUR) / quarter) * quarter;
      // The latest missed run starts as soon as the CronJob is let go, the next ones at their time.
      const tick = Math.floor(scene.now / quarter) * quarter;
      const again = Math.max(tick, scene.repairedAt);
      const ranAgain = scene.repaired;
      const owner = cronJob(plan, {
        namespace,
        name,
        created: daysBefore(scene, 90),
        schedule: '*/15 * * * *',
        spec,
        lastScheduled: ranAgain ? tick : last,
        lastSuccessful: ranAgain ? again + 30_000 : last + 30_000,
        suspend: suspended && !scene.repaired,
        ...(suspended || scene.repaired
          ? {
              changed: {
                at: scene.repaired ? scene.repairedAt : last + 6 * MINUTE,
                manager: editorOf(scene),
                wrote: { spec: { suspend: 1 } },
              },
            }
          : {}),
        specExtra: suspended ? {} : { startingDeadlineSeconds: scene.repaired ? 1200 : undefined },
      });
      plan.objects.push(owner);
      const run = (at: number): void => {
        addJob(plan, {
          namespace,
          name: `${name}-${Math.floor(at / MINUTE)}`,
          created: at,
          spec,
          owner,
          result: 'complete',
          endedAt: at + 30_000,
          tries: [{ at: at + 1_000, state: finished({ exitCode: 0, ran: 25 }) }],
        });
      };
      if (ranAgain) run(again);
      else run(last);
      if (!suspended && !scene.repaired)
        plan.events.push({
          about: about(owner),
          type: 'Warning',
          reason: 'TooManyMissedTimes',
          message: 'too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew',
          component: 'cronjob-controller',
          count: 104,
          first: last + DAY,
          last: scene.before(4),
        });
      alert(plan, {
        alertname: scene.random.pick('alertname', ['CronJobNotRun', 'KubeCronJobLate', 'BackupMissing']),
        severity: 'warning',
        labels: { cronjob: name, namespace },
        summary: 'A CronJob has not run for a long time.',
        description: `CronJob ${namespace}/${name} has not completed a run for more than 24 hours.`,
        at: last + DAY,
      });
      return plan;
    },
    expected: (scene) =>
      causeIs({
        causes: [{ kind: 'CronJob', namespace: scene.cast.namespace, name: cronName(scene) }],
        category: ['cronjob-broken'],
        keywords: [
          reasonOf(scene) === 'suspended' ? ['suspend'] : ['missed', 'TooManyMissedTimes', 'startingDeadlineSeconds'],
        ],
        not: [{ category: 'controller-manager-down' }, { category: 'job-failed' }, { kind: 'Deployment' }],
      }),
  },
};
