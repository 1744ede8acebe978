import { MINUTE, SECOND } from '@headwater/core/time.ts';
import { nodeNotReady, nodeUnreachable as nodeUnreachableAlert } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { addMetrics, gauge } from '@headwater/testkit/world/metrics.ts';
import { aboutNode, loseKubelet, nodeUid } from '@headwater/testkit/world/node.ts';
import type { NodePlan, Plan, PodPlan, Workload } from '@headwater/testkit/world/plan.ts';
import { nodeUnreachable } from '@headwater/testkit/world/pod-states/gone.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { type Scene, stamp } from '@headwater/testkit/world/scene.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { certificateRequests } from '../../kit/kubelet-certificate.ts';
import { workersOf } from '../../kit/nodes.ts';

/** The client certificate of a kubelet ran out while its request lay undecided; the API server hears nothing more of the node. */
export const fault: Fault = {
  code: 'X04-expired',
  name: 'kubelet client certificate expired',
  lookAlikes: ['N01', 'N13'],
  scenario: {
    slug: 'x04-expired-kubelet',
    title: 'Several pods of different teams are not ready at the same time',
    families: ['certificate', 'node'],
    cluster: { selfManaged: true },
    build(scene) {
      const { plan, app, bystanders } = basePlan(scene);
      const { bad, good } = workersOf(plan);
      const at = Math.floor(scene.around('expired', 27) / MINUTE) * MINUTE;
      const marked = at + 45 * SECOND;
      addMetrics(
        plan,
        gauge(
          scene,
          'kubelet_certificate_manager_client_ttl_seconds',
          { instance: `${bad.address}:10250`, job: 'kubelet', node: bad.name },
          (time) => (scene.repaired && time > scene.repairedAt ? 31_000_000 : (at - time) / SECOND),
        ),
      );
      plan.objects.push(
        ...certificateRequests(scene, bad, {
          kind: 'client',
          from: at - 41 * MINUTE,
          count: scene.repaired ? 1 : 3,
          ...(scene.repaired ? { approved: scene.repairedAt } : {}),
        }),
      );
      plan.events.push({
        about: aboutNode(bad, nodeUid(scene, bad)),
        type: 'Normal',
        component: 'node-controller',
        count: 1,
        reason: 'NodeNotReady',
        message: `Node ${bad.name} status is now: NodeNotReady`,
        first: marked,
        last: marked,
      });
      for (const workload of [app.orders, app.catalog, bystanders.other]) move(workload, { scene, bad, good, marked });
      refuse(plan, at);
      nodeNotReady(plan, bad, marked);
      nodeUnreachableAlert(plan, bad, marked);
      if (!scene.repaired) loseKubelet(bad, at);
      for (const workload of scene.repaired ? [] : plan.workloads) {
        if (workload.kind !== 'DaemonSet') continue;
        workload.pods = plan.nodes.map((node) => ({
          revision: 'current',
          state: node === bad ? frozen(marked) : running(),
          node: node.name,
        }));
      }
      return plan;
    },
    expected: () =>
      causeIs({
        causes: [{ kind: 'Node' }, { kind: 'CertificateSigningRequest' }],
        category: ['certificate-expired'],
        keywords: [['certificate']],
        not: [{ kind: 'Deployment' }, { category: 'kubelet-down' }, { category: 'node-lost' }],
      }),
  },
};

function frozen(since: number): ReturnType<typeof running> {
  const state = nodeUnreachable({ since, condition: 'Unknown' });
  return (frame) => {
    const { deleted: _deleted, ...outcome } = state(frame);
    const events = outcome.events.filter(({ reason }) => reason !== 'TaintManagerEviction');
    return { ...outcome, events, conditions: outcome.conditions.filter(({ type }) => type !== 'DisruptionTarget') };
  };
}

/** What the API server says of a caller whose certificate ran out. */
function refuse(plan: Plan, at: number): void {
  const { scene } = plan;
  const server = plan.objects.find(
    ({ kind, metadata }) => kind === 'Pod' && metadata.name.startsWith('kube-apiserver-'),
  );
  if (server)
    plan.logs.push({
      namespace: 'kube-system',
      pod: server.metadata.name,
      container: 'kube-apiserver',
      lines: Array.from({ length: 20 }, (_, index) => at + 5_000 + index * 60_000)
        .filter((time) => time < Math.min(scene.now, scene.repairedAt))
        .map(
          (time) =>
            `${new Date(time).toISOString().replace('Z', '000000Z')} E${stamp(time).slice(5, 10).replace('-', '')} ${stamp(time).slice(11, 19)}.000000       1 authentication.go:74] "Unable to authenticate the request" err="[x509: certificate has expired or is not yet valid: current time ${stamp(time)} is after ${stamp(at)}, verifying certificate SN=41, SKID=, AKID= failed: x509: certificate has expired or is not yet valid: current time ${stamp(time)} is after ${stamp(at)}]"`,
        ),
    });
}

interface Loss {
  readonly scene: Scene;
  readonly bad: NodePlan;
  readonly good: NodePlan;
  /** When the node was marked as not ready. */
  readonly marked: number;
}

/** The pod on the lost node is replaced on another. */
function move(workload: Workload, { scene, bad, good, marked }: Loss): void {
  workload.progress = 'complete';
  const others: PodPlan[] = Array.from({ length: workload.replicas - 1 }, () => ({
    revision: 'current',
    state: running(),
    node: good.name,
  }));
  const moved: PodPlan = {
    revision: 'current',
    state: running(),
    created: marked + 5 * MINUTE,
    node: good.name,
    salt: 'moved',
  };
  const stranded: PodPlan = {
    revision: 'current',
    state: nodeUnreachable({ since: marked, condition: 'Unknown' }),
    node: bad.name,
    salt: 'stranded',
  };
  workload.pods = scene.repaired ? [...others, moved] : [...others, stranded, moved];
}
