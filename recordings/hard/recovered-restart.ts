import { podCrashLooping } from '@headwater/testkit/world/alerts.ts';
import type { Json } from '@headwater/testkit/world/json.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { stamp } from '@headwater/testkit/world/scene.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import { allPods } from '@headwater/testkit/world/workload.ts';
import type { HardScenario } from './hard-scenario.ts';
import { servesWell } from './kit/healthy.ts';
import { resolvedAt } from './kit/herrings.ts';

/** Killed for memory three times an hour ago, then never again. */
export const scenario: HardScenario = {
  slug: 'recovered-restart',
  title: 'An alert on restarts that has been resolved',
  theme: 'recovered',
  families: ['hard', 'pod'],
  build(scene) {
    const { plan, app } = basePlan(scene, { decoy: false });
    const { catalog } = app;
    const at = scene.around('killed', 52);
    const restarted = { at, exitCode: 137, reason: 'OOMKilled', restarts: 3 };
    allPods(catalog, (frame) => {
      const well = running({ restarted })(frame);
      return { ...well, containers: well.containers.map((status) => livedBriefly(status, at)) };
    });
    servesWell(plan, [catalog, app.orders]);
    const [pod] = realise(plan, catalog).pods;
    if (pod) podCrashLooping(plan, pod, at - 15 * 60_000);
    resolvedAt(plan, scene.before(34));
    return plan;
  },
  expected: () => ({ verdict: 'no-fault' }),
};

// Each of the three instances lived for less than a minute.
function livedBriefly(status: Json, at: number): Json {
  const { terminated } = status['lastState'] as { terminated: Json };
  return { ...status, lastState: { terminated: { ...terminated, startedAt: stamp(at - 41_000) } } };
}
