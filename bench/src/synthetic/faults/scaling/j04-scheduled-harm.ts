import { MINUTE } from '@headwater/core/time.ts';
import { highLatency } from '@headwater/testkit/world/alerts.ts';
import { credentialsOf, databasePort } from '@headwater/testkit/world/application.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { complaining } from '@headwater/testkit/world/caller-logs.ts';
import { addJob, cronJob } from '@headwater/testkit/world/job.ts';
import { addMetrics, counter, gauge, type Shape, steady, traffic, usage } from '@headwater/testkit/world/metrics.ts';
import type { Plan } from '@headwater/testkit/world/plan.ts';
import { container, fromSecret, podSpec } from '@headwater/testkit/world/pod-spec.ts';
import { finished } from '@headwater/testkit/world/pod-states/gone.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import { daysBefore, type Scene } from '@headwater/testkit/world/scene.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';

const cronName = (scene: Scene): string =>
  scene.random.pick('cron', ['rebuild-search', 'recalculate-totals', 'vacuum-history', 'sync-warehouse']);

const PERIOD = 15 * MINUTE;
const RUN = 7 * MINUTE;

/** Starts of the runs within the recorded window; the last one is under way while the fault lasts. */
function runsOf(scene: Scene): number[] {
  const last = scene.zero - scene.random.int('into', 330, 400) * 1_000;
  const tick = Math.floor(last / MINUTE) * MINUTE;
  return [3, 2, 1, 0].map((back) => tick - back * PERIOD);
}

/** A job that runs every quarter of an hour hammers the database, and everybody who needs it is slow while it runs. */
export const fault: Fault = {
  code: 'J04',
  name: 'scheduled job harms others',
  lookAlikes: ['U01', 'U04', 'Y06', 'D01'],
  scenario: {
    slug: 'j04-scheduled-harm',
    title: 'Requests are slow every quarter of an hour',
    families: ['job', 'saturation'],
    build(scene) {
      const { plan, app } = basePlan(scene, { needs: ['database'] });
      const { orders, catalog, database } = app;
      const runs = runsOf(scene);
      const begun = runs.at(-1) ?? scene.zero;
      addRuns(plan, runs);
      const until = scene.repaired ? scene.repairedAt : Number.POSITIVE_INFINITY;
      const busy = (time: number): boolean =>
        time < until && runs.some((start) => time >= start && time < start + RUN + MINUTE);
      const wave = (key: string, calm: number, loaded: number): Shape => {
        const [low, high] = [steady(scene, `${key}/low`, calm), steady(scene, `${key}/high`, loaded)];
        return (time) => (busy(time) ? high(time) : low(time));
      };
      const server = realise(plan, database).pods[0];
      if (server) {
        addMetrics(
          plan,
          usage(scene, server, { cores: wave('db-cpu', 0.2, 1.9), bytes: steady(scene, 'db-memory', 6e8) }),
        );
        const exporter = { job: `${database.name}-exporter`, namespace: database.namespace, pod: server.name };
        const name =
          scene.cast.engines.database === 'postgres' ? 'pg_stat_activity_count' : 'mysql_global_status_threads_running';
        addMetrics(plan, gauge(scene, name, exporter, wave('sessions', 6, 38)));
      }
      const slow = scene.random.pick('slow', [
        'slow query: SELECT total FROM entries WHERE account = $1 took 2841ms',
        'query took 3120 ms, threshold is 500 ms',
        'request took 3204ms, of which database 3110ms',
      ]);
      complaining(plan, orders, {
        complaints: [{ since: begun + 20_000, every: 40, say: () => ({ level: 'warn', message: slow }) }],
      });
      for (const workload of [orders, catalog])
        for (const pod of realise(plan, workload).pods)
          addMetrics(
            plan,
            traffic(scene, pod, { rate: steady(scene, pod.name, 12), seconds: wave(`${pod.name}/s`, 0.03, 1.4) }),
          );
      highLatency(plan, orders, { since: begun - 3 * MINUTE, seconds: 3.4 });
      return plan;
    },
    expected: (scene) => {
      const { namespace } = scene.cast;
      const name = cronName(scene);
      return causeIs({
        causes: [
          { kind: 'CronJob', namespace, name },
          { kind: 'Job', namespace, name: `${name}-*` },
        ],
        category: ['scheduled-load'],
        keywords: [[name]],
        not: [{ kind: 'Deployment' }, { category: 'traffic-surge' }, { category: 'version-slow' }],
      });
    },
  },
};

function addRuns(plan: Plan, runs: readonly number[]): void {
  const { scene } = plan;
  const { namespace, registry, database } = scene.cast;
  const name = cronName(scene);
  const env = {
    DB_HOST: database,
    DB_PORT: String(databasePort(scene)),
    DB_PASSWORD: fromSecret(credentialsOf(scene), 'password'),
  };
  const spec = podSpec([
    container('task', { image: `${registry}/${name}:3.1`, env, requests: { cpu: '100m', memory: '128Mi' } }),
  ]);
  const last = runs.at(-1) ?? scene.zero;
  const minutes = [0, 15, 30, 45].map((minute) => (minute + new Date(last).getUTCMinutes()) % 15);
  const owner = cronJob(plan, {
    namespace,
    name,
    created: daysBefore(scene, 1),
    schedule: `${minutes[0]}-59/15 * * * *`,
    spec,
    lastScheduled: last,
    lastSuccessful: scene.repaired ? last + RUN : (runs.at(-2) ?? last) + RUN,
    suspend: scene.repaired,
    ...(scene.repaired
      ? { changed: { at: scene.repairedAt, manager: 'kubectl-patch', wrote: { spec: { suspend: 1 } } } }
      : {}),
  });
  plan.objects.push(owner);
  for (const [index, start] of runs.entries()) {
    const active = index === runs.length - 1 && !scene.repaired;
    const { pods } = addJob(plan, {
      namespace,
      name: `${name}-${Math.floor(start / MINUTE)}`,
      created: start,
      spec,
      owner,
      result: active ? 'active' : 'complete',
      ...(active ? {} : { endedAt: start + RUN }),
      tries: [{ at: start, state: active ? running() : finished({ exitCode: 0, ran: RUN / 1_000 - 8 }) }],
    });
    for (const pod of pods) {
      const labels = { container: 'task', namespace, node: pod.frame.node.name, pod: pod.name };
      const cpu = counter(scene, 'container_cpu_usage_seconds_total', labels, {
        rate: steady(scene, pod.name, 0.8),
        resets: [start],
      });
      const end = active ? Number.POSITIVE_INFINITY : start + RUN;
      addMetrics(plan, { ...cpu, samples: cpu.samples.filter(([time]) => time >= start && time < end) });
    }
  }
}
