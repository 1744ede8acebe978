import { MINUTE, type Millis } from '@headwater/core/time.ts';
import { logLine } from '@headwater/testkit/world/log-lines.ts';
import type { Plan, PodPlan, Workload } from '@headwater/testkit/world/plan.ts';
import { mainContainer } from '@headwater/testkit/world/pod-spec.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import type { PodState } from '@headwater/testkit/world/pod.ts';

/** A line a server prints every so many seconds while the fault lasts, or once at `since` when `every` is 0. */
export interface ServerSays {
  readonly since: Millis;
  readonly every: number;
  /** `{pg}` and `{iso}` are the line's own time as PostgreSQL and MySQL print it. */
  readonly lines: readonly string[];
}

/** Lets every pod of a server run and print, until the repair where there is one. */
export function serverLog(
  plan: Plan,
  workload: Workload,
  options: { readonly says: readonly ServerSays[]; readonly state?: PodState; readonly pod?: Partial<PodPlan> },
): void {
  const { scene } = plan;
  const until = scene.repaired ? scene.repairedAt : scene.now;
  workload.pods = Array.from(
    { length: workload.replicas },
    (_, index): PodPlan => ({
      revision: 'current',
      state: options.state ?? running(),
      logs: (pod) => {
        const lines = options.says.flatMap(({ since, every, lines: texts }) => {
          const times: Millis[] = [];
          const step = every > 0 ? every * 1000 : Number.POSITIVE_INFINITY;
          for (let time = Math.max(since, pod.from); time < until - 1000 && times.length < 40; time += step)
            times.push(time);
          return times.map((time) => ({ time, texts }));
        });
        lines.sort((left, right) => left.time - right.time);
        return [
          {
            container: mainContainer(workload.spec).name,
            lines: lines
              .flatMap(({ time, texts }) =>
                texts.map((text, order) =>
                  logLine(
                    scene,
                    `${pod.name}/${index}`,
                    { time, order },
                    text.replaceAll('{pg}', pgTime(time)).replaceAll('{iso}', isoTime(time)),
                  ),
                ),
              )
              .slice(-60),
          },
        ];
      },
      ...options.pod,
    }),
  );
}

function isoTime(time: Millis): string {
  return new Date(time).toISOString().replace('Z', '000Z');
}

function pgTime(time: Millis): string {
  return `${new Date(time).toISOString().replace('T', ' ').replace('Z', '')} UTC`;
}

/** The checkpoints and buffer lines a healthy database prints now and then. */
export function routineSays(plan: Plan): ServerSays {
  const { scene } = plan;
  const mysql = scene.cast.engines.database === 'mysql';
  return {
    since: scene.zero - 40 * MINUTE,
    every: 300,
    lines: mysql
      ? ['{iso} 0 [Note] [MY-012551] [InnoDB] Buffer pool(s) dump completed']
      : [
          '{pg} [27] LOG:  checkpoint starting: time',
          '{pg} [27] LOG:  checkpoint complete: wrote 44 buffers (0.3%); 0 WAL file(s) added, 0 removed, 0 recycled; write=4.316 s, sync=0.004 s, total=4.327 s',
        ],
  };
}
