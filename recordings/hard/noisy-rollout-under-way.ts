import { SECOND } from '@headwater/core/time.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { notReady, running } from '@headwater/testkit/world/pod-states/running.ts';
import { stuckRollout } from '@headwater/testkit/world/workload.ts';
import type { HardScenario } from './hard-scenario.ts';
import { releasedWell } from './kit/faults.ts';
import { servesWell, touchy } from './kit/healthy.ts';

/** A rollout began half a minute ago: its first pod starts as every pod does, and an alert of something else fires. */
export const scenario: HardScenario = {
  slug: 'noisy-rollout-under-way',
  title: 'A latency alert while a rollout is under way',
  theme: 'healthy-but-noisy',
  families: ['hard', 'rollout'],
  build(scene) {
    const { plan, app } = basePlan(scene, { decoy: false });
    const { catalog, frontend, orders } = app;
    const at = scene.zero - 34 * SECOND;
    releasedWell(plan, catalog, at);
    const probe = `Get "http://{ip}:${app.port}/ready": dial tcp {ip}:${app.port}: connect: connection refused`;
    stuckRollout(catalog, notReady({ probe }), running());
    catalog.progress = 'progressing';
    servesWell(plan, [frontend, orders]);
    touchy(plan, frontend, scene.around('fired', 14));
    return plan;
  },
  expected: () => ({ verdict: 'no-fault' }),
};
