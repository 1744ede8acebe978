import type { Analyzer } from '../../finding.ts';
import { danglingReferences } from '../_shared/dangling-config.ts';
import { reportDangling } from '../_shared/report-dangling.ts';

/** ConfigMaps that Pods need to start and that do not exist. */
export const analyzer: Analyzer = {
  name: 'configmap-missing',
  codes: { 'config/configmap-missing': 'A Pod cannot start because a ConfigMap it needs does not exist.' },
  reads: ['Pod', 'Event', 'ConfigMap', 'Secret', 'Deployment', 'StatefulSet', 'DaemonSet', 'Job'],
  analyze(snapshot) {
    const missing = danglingReferences(snapshot).filter(({ kind, key }) => kind === 'ConfigMap' && key === null);
    return reportDangling(snapshot, missing, { code: 'config/configmap-missing', category: 'configmap-missing' });
  },
};
