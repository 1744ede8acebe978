import { scenario } from '../../../../../recordings/scenarios/cni-failure.ts';
import type { Fault } from '../../fault.ts';
import { installAgent } from '../../kit/pod-network.ts';

export const fault: Fault = {
  code: 'N09-calico',
  name: 'CNI failure on a node',
  lookAlikes: ['K03', 'N02'],
  scenario: {
    ...scenario,
    // The agent's manifest mounts the kubelet's CNI directories.
    build(scene) {
      const plan = scenario.build(scene);
      const agent = plan.workloads.find(({ kind, name }) => kind === 'DaemonSet' && name === 'calico-node');
      if (agent) installAgent(agent);
      return plan;
    },
  },
};
