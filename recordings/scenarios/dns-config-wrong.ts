import { MINUTE } from '@headwater/core/time.ts';
import {
  deploymentReplicasMismatch,
  highErrorRate,
  podCrashLooping,
  targetDown,
} from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { complaining } from '@headwater/testkit/world/caller-logs.ts';
import { COREFILE } from '@headwater/testkit/world/kube-system.ts';
import { configMap } from '@headwater/testkit/world/objects.ts';
import { crashLooping } from '@headwater/testkit/world/pod-states/crash.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import { daysBefore, stamp } from '@headwater/testkit/world/scene.ts';
import { clusterAddress } from '@headwater/testkit/world/service.ts';
import { allPods, restart } from '@headwater/testkit/world/workload.ts';
import { causeIs } from '../expect.ts';
import type { Scenario } from '../scenario.ts';

/** L02: a typing error in the Corefile; it hurt once the DNS pods were replaced. */
export const scenario: Scenario = {
  slug: 'dns-config-wrong',
  title: 'Names stopped resolving in every namespace',
  families: ['dns', 'config'],
  build(scene) {
    const { plan, app, system, bystanders } = basePlan(scene, { needs: ['database'] });
    const { coredns } = system;
    const editedAt = scene.around('edit', 34);
    const at = editedAt + 4 * MINUTE;
    const index = plan.objects.findIndex(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === 'coredns');
    const Corefile = scene.repaired ? COREFILE : COREFILE.replace('forward .', 'foward .');
    const edit = { at: scene.repaired ? scene.repairedAt : editedAt, manager: 'kubectl-edit', keys: ['Corefile'] };
    plan.objects[index] = configMap(scene, {
      namespace: 'kube-system',
      name: 'coredns',
      data: { Corefile },
      created: daysBefore(scene, 120),
      manager: 'kubeadm',
      edited: edit,
    });
    restart(coredns, at, stamp(at));
    const dns = clusterAddress(scene, { namespace: 'kube-system', name: 'kube-dns' });
    for (const caller of [app.orders, app.frontend, bystanders.other]) {
      const say = () => ({
        level: 'error' as const,
        message: `dial tcp: lookup ${caller === app.frontend ? app.orders.name : app.database.name} on ${dns}:53: read udp: connection refused`,
        fields: { status: 503 },
      });
      complaining(plan, caller, { complaints: [{ since: at + 20_000, every: 40, say }] });
    }
    if (scene.repaired) {
      allPods(coredns, running(), { created: scene.repairedAt + 8_000 });
      return plan;
    }
    coredns.progress = 'deadline-exceeded';
    allPods(
      coredns,
      crashLooping({
        exitCode: 1,
        ran: 1,
        says: ["/etc/coredns/Corefile:13 - Error during parsing: Unknown directive 'foward'"],
      }),
    );
    for (const pod of realise(plan, coredns).pods) podCrashLooping(plan, pod, at);
    deploymentReplicasMismatch(plan, coredns, at);
    targetDown(plan, { namespace: 'kube-system', name: 'kube-dns' }, at);
    highErrorRate(plan, app.orders, { since: at, percent: 88 });
    return plan;
  },
  expected: () =>
    causeIs({
      causes: [
        { kind: 'ConfigMap', namespace: 'kube-system', name: 'coredns' },
        { kind: 'Deployment', namespace: 'kube-system', name: 'coredns' },
      ],
      category: ['dns-config-wrong', 'dns-down'],
      keywords: [["Unknown directive 'foward'", 'foward']],
      not: [{ category: 'dns-name-wrong' }, { kind: 'NetworkPolicy' }, { category: 'app-crash' }],
    }),
};
