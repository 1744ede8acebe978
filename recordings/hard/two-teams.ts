import { basePlan } from '@headwater/testkit/world/base.ts';
import { causeIs } from '../expect.ts';
import type { HardScenario } from './hard-scenario.ts';
import { limitLowered, pinnedNowhere } from './kit/faults.ts';

/** Two teams break two things within the same minutes; their alerts arrive together. */
export const scenario: HardScenario = {
  slug: 'two-teams',
  title: 'Two teams are paged within three minutes',
  theme: 'two-faults',
  families: ['hard', 'pod', 'scheduling'],
  build(scene) {
    const { plan, app, bystanders } = basePlan(scene, { decoy: false });
    pinnedNowhere(plan, bystanders.other, { at: scene.around('pin', 41) });
    limitLowered(plan, app.catalog, { at: scene.around('limit', 40), limit: '56Mi' });
    return plan;
  },
  expected: (scene) => {
    const { namespace, catalog, otherNamespace, otherApp } = scene.cast;
    return causeIs({
      causes: [
        { kind: 'Deployment', namespace, name: catalog },
        { kind: 'Deployment', namespace: otherNamespace, name: otherApp },
      ],
      allCauses: true,
      category: ['oom-killed', 'node-selector-mismatch'],
      keywords: [['56Mi'], ['highmem']],
    });
  },
};
