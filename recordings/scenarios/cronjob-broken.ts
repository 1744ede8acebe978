import { HOUR, MINUTE } from '@headwater/core/time.ts';
import { alert } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { about } from '@headwater/testkit/world/controller-events.ts';
import { addJob, cronJob } from '@headwater/testkit/world/job.ts';
import { container, podSpec } from '@headwater/testkit/world/pod-spec.ts';
import { finished } from '@headwater/testkit/world/pod-states/gone.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { daysBefore } from '@headwater/testkit/world/scene.ts';
import { causeIs } from '../expect.ts';
import type { Scenario } from '../scenario.ts';

/** J02: one run hangs since yesterday, and the CronJob does not allow a second beside it. */
export const scenario: Scenario = {
  slug: 'cronjob-broken',
  title: 'A job that should run every hour has not run since yesterday',
  families: ['job'],
  build(scene) {
    const { plan, app } = basePlan(scene);
    const { namespace } = app;
    const name = scene.random.pick('cron', ['cleanup-sessions', 'rebuild-index', 'send-digest']);
    const spec = podSpec([
      container('task', { image: `${scene.cast.registry}/${name}:2.0`, requests: { cpu: '50m', memory: '64Mi' } }),
    ]);
    const stuckSince = Math.floor((scene.zero - scene.random.int('hours', 17, 26) * HOUR) / HOUR) * HOUR;
    const lastTick = Math.floor(scene.now / HOUR) * HOUR;
    const freed = scene.repairedAt + 30_000;
    const missed = Math.floor(freed / HOUR) * HOUR;
    const owner = cronJob(plan, {
      namespace,
      name,
      created: daysBefore(scene, 130),
      schedule: '0 * * * *',
      spec,
      lastScheduled: scene.repaired ? lastTick : stuckSince,
      lastSuccessful: scene.repaired ? Math.max(freed, lastTick) + MINUTE : stuckSince - HOUR,
    });
    const id = `${name}-${Math.floor(stuckSince / MINUTE)}`;
    plan.objects.push(owner);
    if (scene.repaired) {
      // The missed run starts as soon as the stuck one is gone, and the next one at its hour.
      const ticks = missed === lastTick ? [missed] : [missed, lastTick];
      for (const tick of ticks) {
        const at = Math.max(freed, tick);
        const tries = [{ at, state: finished({ exitCode: 0, ran: 31 }) }];
        const job = `${name}-${Math.floor(tick / MINUTE)}`;
        addJob(plan, {
          namespace,
          name: job,
          created: at,
          spec,
          owner,
          result: 'complete',
          endedAt: at + 40_000,
          tries,
        });
      }
      return plan;
    }
    const { job } = addJob(plan, {
      namespace,
      name: id,
      created: stuckSince,
      spec,
      owner,
      result: 'active',
      tries: [{ at: stuckSince, state: running() }],
    });
    Object.assign(owner, {
      status: {
        ...(owner['status'] as object),
        active: [
          {
            apiVersion: 'batch/v1',
            kind: 'Job',
            name: id,
            namespace,
            resourceVersion: job.metadata['resourceVersion'],
            uid: job.metadata.uid,
          },
        ],
      },
    });
    plan.events.push({
      about: about(owner),
      type: 'Normal',
      reason: 'JobAlreadyActive',
      message: 'Not starting job because prior execution is running and concurrency policy is Forbid',
      component: 'cronjob-controller',
      count: Math.floor((lastTick - stuckSince) / HOUR),
      first: stuckSince + HOUR,
      last: Math.max(lastTick, scene.before(50)),
    });
    alert(plan, {
      alertname: 'CronJobNotRun',
      severity: 'warning',
      labels: { cronjob: name, namespace },
      summary: 'A CronJob has not run for a long time.',
      description: `CronJob ${namespace}/${name} has not completed a run for more than 6 hours.`,
      at: scene.zero - 11 * HOUR,
    });
    return plan;
  },
  expected: (scene) => {
    const name = scene.random.pick('cron', ['cleanup-sessions', 'rebuild-index', 'send-digest']);
    return causeIs({
      causes: [
        { kind: 'CronJob', namespace: scene.cast.namespace, name },
        { kind: 'Job', namespace: scene.cast.namespace, name: `${name}-*` },
      ],
      category: ['cronjob-broken'],
      keywords: [['Forbid'], [name]],
      not: [{ category: 'controller-manager-down' }, { category: 'job-failed' }],
    });
  },
};
