import { HOUR, MINUTE } from '@headwater/core/time.ts';
import { alert } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { addJob, cronJob } from '@headwater/testkit/world/job.ts';
import { lifeLog } from '@headwater/testkit/world/log-lines.ts';
import { container, podSpec } from '@headwater/testkit/world/pod-spec.ts';
import { finished } from '@headwater/testkit/world/pod-states/gone.ts';
import { containerStatus, firstStart, terminated } from '@headwater/testkit/world/pod-states/parts.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import type { PodState } from '@headwater/testkit/world/pod.ts';
import { daysBefore, type Scene } from '@headwater/testkit/world/scene.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { sidecarOf } from '../../kit/sidecars.ts';

const jobName = (scene: Scene): string =>
  scene.random.pick('job', ['settle-accounts', 'sync-partners', 'purge-drafts', 'export-ledger']);

// The main container is done, the other one keeps the Pod running.
function halfDone(ran: number): PodState {
  return (frame) => {
    const outcome = running()(frame);
    const from = firstStart(frame);
    const [main, ...others] = frame.spec.containers;
    if (!main) return outcome;
    const end = { exitCode: 0, reason: 'Completed', from, to: from + ran };
    return {
      ...outcome,
      ready: false,
      conditions: outcome.conditions.map((condition) =>
        condition.type === 'Ready' || condition.type === 'ContainersReady'
          ? {
              ...condition,
              status: 'False' as const,
              since: from + ran,
              reason: 'ContainersNotReady',
              message: `containers with unready status: [${main.name}]`,
            }
          : condition,
      ),
      containers: [
        containerStatus(frame, main, { state: terminated(frame, main.name, end), madeAt: from, started: false }),
        ...outcome.containers.slice(1),
      ],
      logs: others.map(({ name }) => ({
        container: name,
        lines: lifeLog(frame.scene, {
          key: `${frame.uid}/${name}`,
          from,
          to: frame.scene.now,
          says: sidecarOf(frame.scene).says,
        }),
      })),
    };
  };
}

/** The work is done, and a sidecar that never ends keeps the Job active. */
export const fault: Fault = {
  code: 'J03',
  name: 'sidecar keeps the job alive',
  lookAlikes: ['J01', 'J02'],
  scenario: {
    slug: 'j03-sidecar-alive',
    title: 'A job does not complete',
    families: ['job'],
    build(scene) {
      const { plan, app } = basePlan(scene);
      const { namespace } = app;
      const name = jobName(scene);
      const sidecar = sidecarOf(scene);
      const main = container('task', {
        image: `${scene.cast.registry}/${name}:1.7`,
        requests: { cpu: '100m', memory: '128Mi' },
      });
      const second = container(sidecar.name, { image: sidecar.image, requests: { cpu: '20m', memory: '48Mi' } });
      const start = Math.floor((scene.zero - scene.random.int('hours', 13, 22) * HOUR) / HOUR) * HOUR;
      const spec = podSpec([main, second]);
      const owner = cronJob(plan, {
        namespace,
        name,
        created: daysBefore(scene, 12),
        schedule: `0 ${new Date(start).getUTCHours()} * * *`,
        spec: scene.repaired ? podSpec([main]) : spec,
        lastScheduled: start,
        ...(scene.repaired ? { lastSuccessful: scene.repairedAt } : {}),
        ...(scene.repaired
          ? { changed: { at: scene.repairedAt, manager: 'kubectl-edit', wrote: { spec: { jobTemplate: 1 } } } }
          : {}),
      });
      plan.objects.push(owner);
      const job = { namespace, name: `${name}-${Math.floor(start / MINUTE)}`, created: start, spec, owner };
      const ran = scene.random.int('ran', 40, 900) * 1_000;
      if (scene.repaired)
        addJob(plan, {
          ...job,
          spec: podSpec([main]),
          name: `${name}-again`,
          created: scene.repairedAt + 5_000,
          result: 'complete',
          endedAt: scene.repairedAt + 65_000,
          tries: [{ at: scene.repairedAt + 5_000, state: finished({ exitCode: 0, ran: 50 }) }],
        });
      else addJob(plan, { ...job, result: 'active', tries: [{ at: start, state: halfDone(ran) }] });
      alert(plan, {
        alertname: 'KubeJobNotCompleted',
        severity: 'warning',
        labels: { job: 'kube-state-metrics', job_name: job.name, namespace },
        summary: 'Job did not complete in time',
        description: `Job ${namespace}/${job.name} is taking more than 12h to complete on cluster .`,
        at: start + 12 * HOUR,
      });
      return plan;
    },
    expected: (scene) => {
      const { namespace } = scene.cast;
      const name = jobName(scene);
      return causeIs({
        causes: [
          { kind: 'Job', namespace, name: `${name}-*` },
          { kind: 'CronJob', namespace, name },
        ],
        category: ['job-sidecar-alive'],
        keywords: [[sidecarOf(scene).name]],
        not: [
          { category: 'job-failed' },
          { category: 'cronjob-broken' },
          { category: 'readiness-failing' },
          { kind: 'Deployment' },
        ],
      });
    },
  },
};
