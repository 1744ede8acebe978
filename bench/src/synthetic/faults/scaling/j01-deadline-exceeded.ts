import { MINUTE, SECOND } from '@headwater/core/time.ts';
import { jobFailed } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { addJob } from '@headwater/testkit/world/job.ts';
import { lifeLog } from '@headwater/testkit/world/log-lines.ts';
import { container, podSpec } from '@headwater/testkit/world/pod-spec.ts';
import { finished } from '@headwater/testkit/world/pod-states/gone.ts';
import type { Scene } from '@headwater/testkit/world/scene.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';

const jobName = (scene: Scene): string =>
  scene.random.pick('job', ['migrate-index', 'backfill-totals', 'import-archive']);
const deadline = (scene: Scene): number => scene.random.pick('deadline', [300, 600, 900]);

/** A Job is stopped at its deadline before its work is done. */
export const fault: Fault = {
  code: 'J01-deadline',
  name: 'Job stopped at its deadline',
  lookAlikes: ['J03', 'P23'],
  scenario: {
    slug: 'j01-deadline-exceeded',
    title: 'A one-time job did not go through',
    families: ['job'],
    build(scene) {
      const { plan, app } = basePlan(scene);
      const { namespace } = app;
      const name = jobName(scene);
      const spec = podSpec([
        container('work', { image: `${scene.cast.registry}/${name}:0.9`, requests: { cpu: '200m', memory: '256Mi' } }),
      ]);
      const start = scene.around('started', 38);
      const end = start + deadline(scene) * SECOND;
      const progress = Array.from(
        { length: 8 },
        (_, index) => `{time} INFO processed ${(index + 1) * 5000} of 412000 rows`,
      );
      const log = (from: number, to: number) => lifeLog(scene, { key: `${name}${from}`, from, to, says: progress });
      if (scene.repaired) {
        const at = scene.repairedAt;
        const tries = [{ at, state: finished({ exitCode: 0, ran: 110 }) }];
        addJob(plan, {
          namespace,
          name: `${name}-2`,
          created: at,
          spec,
          result: 'complete',
          endedAt: at + 2 * MINUTE,
          tries,
        });
        return plan;
      }
      // The Job controller deletes the Pod at the deadline; some clusters keep it for its log.
      const kept = scene.random.chance('kept', 0.3);
      const { job } = addJob(plan, {
        namespace,
        name,
        created: start,
        spec,
        result: 'failed',
        endedAt: end,
        failure: { reason: 'DeadlineExceeded', message: 'Job was active longer than specified deadline' },
        specExtra: { activeDeadlineSeconds: deadline(scene) },
        tries: kept
          ? [{ at: start, state: finished({ exitCode: 143, reason: 'Error', ran: deadline(scene), log }) }]
          : [],
      });
      jobFailed(plan, { namespace, name: job.metadata.name }, end);
      return plan;
    },
    expected: (scene) =>
      causeIs({
        causes: [{ kind: 'Job', namespace: scene.cast.namespace, name: jobName(scene) }],
        category: ['job-failed'],
        keywords: [['DeadlineExceeded', 'deadline']],
        not: [{ kind: 'Deployment' }, { kind: 'Node' }, { category: 'abrupt-termination' }],
      }),
  },
};
