import { addService } from '@headwater/testkit/world/application.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { addNamespace } from '@headwater/testkit/world/objects.ts';
import { container, mainContainer, podSpec, setEnv } from '@headwater/testkit/world/pod-spec.ts';
import { addWorkload, scaleTo } from '@headwater/testkit/world/workload.ts';
import { causeIs } from '../expect.ts';
import type { HardScenario } from './hard-scenario.ts';
import { callsFail } from './kit/faults.ts';

const NAMESPACE = 'messaging';

/** Somebody saves money in the messaging namespace: its broker has no replica, and every sender is refused. */
export const scenario: HardScenario = {
  slug: 'other-broker-scaled-away',
  title: 'Messages cannot be sent; the sender looks perfect',
  theme: 'other-namespace',
  families: ['hard', 'pod'],
  build(scene) {
    const { plan, app } = basePlan(scene, { decoy: false });
    addNamespace(plan, NAMESPACE, { days: 140 });
    const main = container('nats', {
      image: 'docker.io/library/nats:2.10.25',
      port: 4222,
      portName: 'client',
      requests: { cpu: '50m', memory: '64Mi' },
    });
    const broker = addWorkload(plan, NAMESPACE, 'event-bus', { kind: 'StatefulSet', spec: podSpec([main]) });
    addService(plan, broker, { port: 4222, name: 'client' });
    setEnv(mainContainer(app.orders.spec), 'EVENT_BUS', `nats://event-bus.${NAMESPACE}.svc:4222`);
    const at = scene.around('scaled', 27);
    scaleTo(broker, { from: 1, to: 0, at, manager: 'kubectl-scale' });
    callsFail(plan, { caller: app.orders, callee: broker, port: 4222, since: at, percent: 44 });
    return plan;
  },
  expected: () =>
    causeIs({
      causes: [{ kind: 'StatefulSet', namespace: NAMESPACE, name: 'event-bus' }],
      category: ['zero-replicas'],
      not: [{ kind: 'Deployment' }],
    }),
};
