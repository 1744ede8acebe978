import type { Analyzer } from '../../finding.ts';
import { danglingReferences } from '../_shared/dangling-config.ts';
import { reportDangling } from '../_shared/report-dangling.ts';

/** Secrets that Pods need to start and that do not exist. */
export const analyzer: Analyzer = {
  name: 'secret-missing',
  codes: { 'config/secret-missing': 'A Pod cannot start because a Secret it needs does not exist.' },
  reads: ['Pod', 'Event', 'ConfigMap', 'Secret', 'Deployment', 'StatefulSet', 'DaemonSet', 'Job'],
  analyze(snapshot) {
    const missing = danglingReferences(snapshot).filter(({ kind, key }) => kind === 'Secret' && key === null);
    return reportDangling(snapshot, missing, { code: 'config/secret-missing', category: 'secret-missing' });
  },
};
