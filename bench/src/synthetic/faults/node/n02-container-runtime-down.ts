import { MINUTE, SECOND } from '@headwater/core/time.ts';
import { nodeNotReady, podNotReady } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { addMetrics, during, gauge } from '@headwater/testkit/world/metrics.ts';
import type { NodePlan, Plan } from '@headwater/testkit/world/plan.ts';
import { nodeUnreachable } from '@headwater/testkit/world/pod-states/gone.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { sandboxFailing } from '@headwater/testkit/world/pod-states/waiting.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import { stamp } from '@headwater/testkit/world/scene.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { nodeEvent, workersOf } from '../../kit/nodes.ts';

/** N02: containerd died on one node; its kubelet lives and says so. */
export const fault: Fault = {
  code: 'N02',
  name: 'container runtime down',
  lookAlikes: ['N01', 'N09', 'N13'],
  scenario: {
    slug: 'n02-container-runtime-down',
    title: 'Pods of one node are not ready, new ones hang in ContainerCreating',
    families: ['node'],
    build(scene) {
      const { plan, app } = basePlan(scene);
      const { bad, good } = workersOf(plan);
      const { random } = scene;
      const at = scene.around('died', 26);
      const notReadyAt = at + 3 * MINUTE;
      const socket = random.pick('socket', ['/run/containerd/containerd.sock', '/run/crio/crio.sock']);
      const why = random.pick('dial', ['connect: connection refused', 'connect: no such file or directory']);
      const dial = `rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial unix ${socket}: ${why}"`;
      const affected = [app.catalog, app.extra];
      for (const workload of affected) workload.progress = 'complete';
      const runtime = { node: bad.name, instance: `${bad.address}:10250`, job: 'kubelet' };
      addMetrics(
        plan,
        gauge(scene, 'up', { ...runtime, metrics_path: '/metrics' }, () => 1),
        gauge(
          scene,
          'kubelet_pleg_last_seen_seconds',
          runtime,
          during(scene, at, { normal: (time) => time / SECOND, faulty: () => at / SECOND }),
        ),
      );
      if (scene.repaired) {
        for (const workload of affected)
          workload.pods = [
            { revision: 'current', state: running(), created: notReadyAt + 5 * MINUTE + 3_000, node: good.name },
          ];
        return plan;
      }
      app.catalog.pods = [
        {
          revision: 'current',
          state: nodeUnreachable({ since: notReadyAt, condition: 'False' }),
          node: bad.name,
          salt: 'stranded',
        },
        { revision: 'current', state: running(), created: notReadyAt + 5 * MINUTE + 3_000, node: good.name },
      ];
      // Scheduled in the three minutes before the kubelet gave up on the runtime.
      app.extra.pods = [
        {
          revision: 'current',
          state: sandboxFailing(`Failed to create pod sandbox: ${dial}`),
          created: at + MINUTE,
          node: bad.name,
        },
      ];
      complain(plan, bad, { at, notReadyAt, dial });
      for (const pod of realise(plan, app.extra).pods) podNotReady(plan, pod, at + MINUTE);
      if (random.chance('node-alert', 0.7)) nodeNotReady(plan, bad, notReadyAt);
      return plan;
    },
    expected: () =>
      causeIs({
        causes: [{ kind: 'Node' }],
        category: ['container-runtime-down'],
        keywords: [['container runtime', 'containerd.sock', 'crio.sock', 'PLEG']],
        not: [
          { kind: 'Deployment' },
          { category: 'kubelet-down' },
          { category: 'cni-failure' },
          { category: 'node-lost' },
        ],
      }),
  },
};

/** What the kubelet says of a runtime that does not answer. */
function complain(
  plan: Plan,
  bad: NodePlan,
  { at, notReadyAt, dial }: { at: number; notReadyAt: number; dial: string },
): void {
  const { scene } = plan;
  const { random } = scene;
  const silent = Math.floor((scene.now - at) / SECOND);
  bad.conditions['Ready'] = {
    status: 'False',
    reason: 'KubeletNotReady',
    message: random.pick('words', [
      `[container runtime is down, PLEG is not healthy: pleg was last seen active ${Math.floor(silent / 60)}m${silent % 60}.417s ago; threshold is 3m0s]`,
      `PLEG is not healthy: pleg was last seen active ${Math.floor(silent / 60)}m${silent % 60}.417s ago; threshold is 3m0s`,
      'container runtime is down',
    ]),
    since: notReadyAt,
  };
  const timeAdded = stamp(notReadyAt);
  bad.taints.push(
    { effect: 'NoSchedule', key: 'node.kubernetes.io/not-ready', timeAdded },
    { effect: 'NoExecute', key: 'node.kubernetes.io/not-ready', timeAdded },
  );
  nodeEvent(plan, bad, {
    reason: 'NodeNotReady',
    type: 'Normal',
    message: `Node ${bad.name} status is now: NodeNotReady`,
    first: notReadyAt,
  });
  nodeEvent(plan, bad, {
    reason: 'ContainerGCFailed',
    message: dial,
    first: at + 30 * SECOND,
    last: scene.now - 25 * SECOND,
    count: Math.floor((scene.now - at) / MINUTE),
  });
  nodeEvent(plan, bad, {
    reason: 'ImageGCFailed',
    message: dial,
    first: at + 4 * MINUTE,
    last: scene.now - 2 * MINUTE,
    count: 4,
  });
}
