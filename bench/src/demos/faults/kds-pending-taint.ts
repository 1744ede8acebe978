import { causeIs } from '../../../../recordings/expect.ts';
import { workersOf } from '../../synthetic/kit/nodes.ts';
import { demo, everyPod, fireForPods, part } from '../stage.ts';
import { MINUTE } from '@headwater/core/time.ts';
import { unschedulable } from '@headwater/testkit/world/pod-states/pending.ts';
import type { Fault } from '../../synthetic/fault.ts';

/** A Pod asks for a labelled node, and that node has a taint it does not tolerate. */
export const fault: Fault = {
  code: 'KDS-pending-taint',
  name: 'the only matching node is tainted',
  lookAlikes: [],
  scenario: {
    slug: 'demo-kds-pending-taint',
    title: 'A Pod is not scheduled',
    families: ['demos'],
    build(scene) {
      const { plan } = demo(scene, 'demo-taint');
      const { bad } = workersOf(plan);
      const at = scene.around('taint', 8);
      bad.labels['kubernaut.ai/managed'] = 'true';
      bad.taints.push({ key: 'maintenance', value: 'scheduled', effect: 'NoSchedule' });
      const batch = part(plan, 'demo-taint', 'batch-processor', {
        image: 'busybox:1.36',
        command: ['sh', '-c', 'while true; do echo processing; sleep 30; done'],
        memory: ['32Mi', '64Mi'],
        spec: { nodeSelector: { 'kubernaut.ai/managed': 'true' } },
      });
      const nodes = plan.nodes.length;
      everyPod(
        batch,
        unschedulable({
          nodes,
          why: `1 node(s) had untolerated taint(s), ${nodes - 1} node(s) didn't match Pod's node affinity/selector.`,
        }),
        { created: at },
      );
      batch.progress = 'progressing';
      fireForPods(plan, batch, {
        alertname: 'KubePodNotScheduled',
        severity: 'warning',
        at: at + 3 * MINUTE,
        extra: { phase: 'Pending' },
        summary: ({ pod }) => `Pod ${pod} in namespace demo-taint has been in Pending state for more than 3 minutes.`,
        description: () =>
          'One or more pods in the batch-processor deployment are stuck in Pending state, likely due to a node taint preventing scheduling. The pods have a nodeSelector for kubernaut.ai/managed=true but the matching node has a NoSchedule taint that blocks scheduling.',
      });
      return plan;
    },
    expected: () =>
      causeIs({
        // The matrix names the Deployment, the remediation the Node.
        causes: [{ kind: 'Node' }, { kind: 'Deployment', namespace: 'demo-taint', name: 'batch-processor' }],
        category: ['taint-not-tolerated'],
        keywords: [['maintenance']],
      }),
  },
};
