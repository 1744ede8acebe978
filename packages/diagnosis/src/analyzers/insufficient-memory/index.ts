import type { Analyzer } from '../../finding.ts';
import { causesOf } from '../_shared/scheduling-report.ts';
import { reportShortage } from '../_shared/shortage.ts';

/** Pods that no Node has enough memory for. */
export const analyzer: Analyzer = {
  name: 'insufficient-memory',
  codes: { 'scheduling/insufficient-memory': 'Pods wait because no Node they may use has the memory they request.' },
  reads: ['Pod', 'Node', 'Event'],
  analyze: (snapshot) =>
    causesOf(snapshot, 'resource')
      .filter(({ key }) => key === 'memory')
      .map((cause) =>
        reportShortage(snapshot, cause, { code: 'scheduling/insufficient-memory', category: 'insufficient-memory' }),
      ),
};
