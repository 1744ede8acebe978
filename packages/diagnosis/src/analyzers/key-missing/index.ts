import type { Analyzer } from '../../finding.ts';
import { danglingReferences } from '../_shared/dangling-config.ts';
import { reportDangling } from '../_shared/report-dangling.ts';

/** Keys that Pods need to start and that their ConfigMap or Secret does not have. */
export const analyzer: Analyzer = {
  name: 'key-missing',
  codes: { 'config/key-missing': 'A Pod cannot start because a key it needs is not in its ConfigMap or Secret.' },
  reads: ['Pod', 'Event', 'ConfigMap', 'Secret', 'Deployment', 'StatefulSet', 'DaemonSet', 'Job'],
  analyze(snapshot) {
    const missing = danglingReferences(snapshot).filter(({ key }) => key !== null);
    return reportDangling(snapshot, missing, { code: 'config/key-missing', category: 'key-missing' });
  },
};
