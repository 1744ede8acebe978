import type { Analyzer } from '../../finding.ts';
import { causesOf } from '../_shared/scheduling-report.ts';
import { reportShortage } from '../_shared/shortage.ts';

/** Pods that no Node has enough cpu for. */
export const analyzer: Analyzer = {
  name: 'insufficient-cpu',
  codes: { 'scheduling/insufficient-cpu': 'Pods wait because no Node they may use has the cpu they request.' },
  reads: ['Pod', 'Node', 'Event'],
  analyze: (snapshot) =>
    causesOf(snapshot, 'resource')
      .filter(({ key }) => key === 'cpu')
      .map((cause) =>
        reportShortage(snapshot, cause, { code: 'scheduling/insufficient-cpu', category: 'insufficient-cpu' }),
      ),
};
