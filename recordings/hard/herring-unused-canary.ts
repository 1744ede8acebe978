import { MINUTE } from '@headwater/core/time.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { pullFailing } from '@headwater/testkit/world/pod-states/waiting.ts';
import { addWorkload, allPods, scaleTo } from '@headwater/testkit/world/workload.ts';
import { deploymentReplicasMismatch } from '@headwater/testkit/world/alerts.ts';
import { causeIs } from '../expect.ts';
import type { HardScenario } from './hard-scenario.ts';
import { callsFail } from './kit/faults.ts';

/** A canary nobody routes to cannot pull its image, and alerts; the service behind the errors was scaled away. */
export const scenario: HardScenario = {
  slug: 'herring-unused-canary',
  title: 'A canary fails and requests fail',
  theme: 'red-herring',
  families: ['hard', 'pod'],
  build(scene) {
    const { plan, app } = basePlan(scene, { decoy: false });
    const { orders, catalog, port } = app;
    const at = scene.around('scaled', 24);
    const name = `${orders.name}-canary`;
    const canary = addWorkload(plan, app.namespace, name, {
      spec: structuredClone(orders.spec),
      labels: { app: name, track: 'canary' },
      days: 0.04,
    });
    allPods(
      canary,
      pullFailing({
        code: 'NotFound',
        error: 'failed to pull and unpack image "{image}": failed to resolve reference "{image}": {image}: not found',
      }),
    );
    scaleTo(catalog, { from: 1, to: 0, at, manager: 'kubectl-scale' });
    orders.pods = Array.from({ length: orders.replicas }, () => ({ revision: 'current' as const, state: running() }));
    callsFail(plan, { caller: orders, callee: catalog, port, since: at });
    deploymentReplicasMismatch(plan, canary, scene.zero - 57 * MINUTE);
    return plan;
  },
  expected: (scene) => {
    const { namespace, catalog, orders } = scene.cast;
    return causeIs({
      causes: [
        { kind: 'Deployment', namespace, name: catalog },
        { kind: 'Deployment', namespace, name: `${orders}-canary` },
      ],
      allCauses: true,
      category: ['zero-replicas', 'image-not-found'],
      not: [{ kind: 'Deployment', namespace, name: orders }],
    });
  },
};
