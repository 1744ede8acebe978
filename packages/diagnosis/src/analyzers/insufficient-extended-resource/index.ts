import type { Analyzer } from '../../finding.ts';
import { causesOf } from '../_shared/scheduling-report.ts';
import { reportShortage } from '../_shared/shortage.ts';

const CODE = 'scheduling/insufficient-extended-resource';

/** Pods that no Node has enough of some other resource for: GPUs, huge pages, ephemeral storage. */
export const analyzer: Analyzer = {
  name: 'insufficient-extended-resource',
  codes: { [CODE]: 'Pods wait because no Node they may use offers enough of a resource besides CPU and memory.' },
  reads: ['Pod', 'Node', 'Event'],
  analyze: (snapshot) =>
    causesOf(snapshot, 'resource')
      .filter(({ key }) => key !== 'cpu' && key !== 'memory')
      .map((cause) => reportShortage(snapshot, cause, { code: CODE, category: 'insufficient-extended-resource' })),
};
