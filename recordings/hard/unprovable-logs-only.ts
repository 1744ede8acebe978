import { highErrorRate } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import type { HardScenario } from './hard-scenario.ts';

const READABLE = new Set(['Namespace', 'Pod']);

/** Pods and their logs may be read, nothing else; the logs know of no error. */
export const scenario: HardScenario = {
  slug: 'unprovable-logs-only',
  title: 'An error alert, to somebody who may read pods and quiet logs',
  theme: 'unprovable',
  families: ['hard'],
  build(scene) {
    const { plan, app } = basePlan(scene, { decoy: false });
    highErrorRate(plan, app.orders, { since: scene.around('fired', 19), percent: 31 });
    return plan;
  },
  finish: (world) => ({
    ...world,
    objects: world.objects
      .filter(({ kind }) => READABLE.has(kind))
      .map((object) => ({
        ...object,
        metadata: { ...object.metadata, ownerReferences: undefined },
      })),
    events: [],
    metrics: [],
    changes: [],
    forbiddenKinds: [...new Set([...world.objects.map(({ kind }) => kind), 'Event'])].filter(
      (kind) => !READABLE.has(kind),
    ),
    sources: { ...world.sources, metrics: 'forbidden', traces: 'forbidden' },
  }),
  expected: () => ({ verdict: 'insufficient-evidence' }),
};
