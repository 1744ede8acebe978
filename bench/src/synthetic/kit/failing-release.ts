import type { Millis } from '@headwater/core/time.ts';
import { deploymentRolloutStuck, highErrorRate, podCrashLooping } from '@headwater/testkit/world/alerts.ts';
import { complaining } from '@headwater/testkit/world/caller-logs.ts';
import type { Plan, Workload } from '@headwater/testkit/world/plan.ts';
import { crashLooping } from '@headwater/testkit/world/pod-states/crash.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import { allPods, rollBack, stuckRollout } from '@headwater/testkit/world/workload.ts';
import { dyingWords, errorLine, type Failure } from './runtimes.ts';

export interface FailingRelease {
  readonly at: Millis;
  readonly words: Failure;
  /** Its pods end at once, after so many seconds; otherwise they go on and answer with errors. */
  readonly dies: boolean;
  readonly ran: number;
  /** Share of failed requests of a release that goes on. */
  readonly percent: number;
}

/** What becomes of a workload whose latest rollout cannot use what it needs; rolled back where the scene is repaired. */
export function failsSinceRelease(plan: Plan, workload: Workload, release: FailingRelease): void {
  const { scene } = plan;
  const { at, words, dies, ran, percent } = release;
  if (scene.repaired) {
    rollBack(workload, scene.repairedAt);
    allPods(workload, running(), dies ? { survivor: true } : {});
  } else if (dies)
    stuckRollout(workload, crashLooping({ exitCode: 1, ran, says: dyingWords(workload, words) }), running());
  else
    complaining(plan, workload, {
      complaints: [{ since: at + 12_000, every: 25, say: () => errorLine('GET /items failed', words) }],
    });
  const pod = realise(plan, workload).pods.at(-1);
  if (!dies) highErrorRate(plan, workload, { since: at, percent });
  else if (!scene.repaired && pod) {
    podCrashLooping(plan, pod, at);
    deploymentRolloutStuck(plan, workload, at);
  }
}
