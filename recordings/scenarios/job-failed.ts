import { MINUTE, SECOND } from '@headwater/core/time.ts';
import { jobFailed } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { addJob, cronJob } from '@headwater/testkit/world/job.ts';
import { lifeLog } from '@headwater/testkit/world/log-lines.ts';
import { container, podSpec } from '@headwater/testkit/world/pod-spec.ts';
import { finished } from '@headwater/testkit/world/pod-states/gone.ts';
import { daysBefore } from '@headwater/testkit/world/scene.ts';
import { causeIs } from '../expect.ts';
import type { Scenario } from '../scenario.ts';

/** J01: an import stumbles over a file without a column, as often as it is tried. */
export const scenario: Scenario = {
  slug: 'job-failed',
  title: 'The hourly import did not go through',
  families: ['job'],
  build(scene) {
    const { plan, app } = basePlan(scene);
    const { namespace } = app;
    const name = scene.random.pick('job', ['price-import', 'stock-sync', 'partner-feed']);
    const spec = podSpec([
      container('import', {
        image: `${scene.cast.registry}/${name}:5.2`,
        args: ['--source', 's3://feeds/latest.csv'],
        requests: { cpu: '100m', memory: '128Mi' },
      }),
    ]);
    const start = Math.floor(scene.around('started', 25) / MINUTE) * MINUTE;
    const owner = cronJob(plan, {
      namespace,
      name,
      created: daysBefore(scene, 90),
      schedule: `${new Date(start).getUTCMinutes()} * * * *`,
      spec,
      lastScheduled: start,
      lastSuccessful: scene.repaired ? scene.repairedAt : start - 60 * MINUTE,
    });
    plan.objects.push(owner);
    const says = [
      '{time} INFO reading s3://feeds/latest.csv',
      'Traceback (most recent call last):',
      '  File "/app/import.py", line 88, in <module>',
      '    main()',
      '  File "/app/import.py", line 61, in main',
      `    rows = [parse(row) for row in reader]`,
      '  File "/app/import.py", line 34, in parse',
      '    price=Decimal(row["net_price"]),',
      "KeyError: 'net_price'",
    ];
    const tryAt = [0, 22, 54, 107].map((seconds) => start + seconds * SECOND);
    const broken = finished({
      exitCode: 1,
      ran: 6,
      log: (from, to) => lifeLog(scene, { key: `${name}${from}`, from, to, says }),
    });
    const job = {
      namespace,
      name: `${name}-${Math.floor(start / MINUTE)}`,
      created: start,
      spec,
      owner,
      backoffLimit: 3,
    };
    const failedAt = (tryAt.at(-1) ?? start) + 10 * SECOND;
    if (scene.repaired) {
      const again = scene.repairedAt;
      addJob(plan, {
        ...job,
        name: `${name}-rerun`,
        created: again,
        result: 'complete',
        endedAt: again + 70 * SECOND,
        tries: [{ at: again, state: finished({ exitCode: 0, ran: 62 }) }],
      });
      return plan;
    }
    const made = addJob(plan, {
      ...job,
      result: 'failed',
      endedAt: failedAt,
      tries: tryAt.map((at) => ({ at, state: broken })),
    });
    jobFailed(plan, { namespace, name: made.job.metadata.name }, failedAt);
    return plan;
  },
  expected: (scene) => {
    const name = scene.random.pick('job', ['price-import', 'stock-sync', 'partner-feed']);
    return causeIs({
      causes: [
        { kind: 'CronJob', namespace: scene.cast.namespace, name },
        { kind: 'Job', namespace: scene.cast.namespace, name: `${name}-*` },
      ],
      category: ['job-failed'],
      keywords: [
        ['net_price', 'KeyError'],
        ['BackoffLimitExceeded', 'backoff limit', 'exit code 1'],
      ],
      not: [{ kind: 'Deployment' }, { kind: 'Node' }],
    });
  },
};
