import { nearMiss } from '@headwater/core/near-miss.ts';
import { AppError } from '@headwater/core/errors.ts';
import type { ApiResource } from '../ports/cluster.ts';

// The short names kubectl users type; a cluster's own kinds go by kind or plural.
const SHORT_NAMES: Readonly<Record<string, string>> = {
  po: 'Pod',
  deploy: 'Deployment',
  rs: 'ReplicaSet',
  sts: 'StatefulSet',
  ds: 'DaemonSet',
  svc: 'Service',
  ing: 'Ingress',
  cm: 'ConfigMap',
  no: 'Node',
  ns: 'Namespace',
  pvc: 'PersistentVolumeClaim',
  pv: 'PersistentVolume',
  sc: 'StorageClass',
  hpa: 'HorizontalPodAutoscaler',
  pdb: 'PodDisruptionBudget',
  netpol: 'NetworkPolicy',
  quota: 'ResourceQuota',
  sa: 'ServiceAccount',
  cj: 'CronJob',
  ep: 'Endpoints',
};

/** The resource a person means by `deploy`, `deployments`, `Deployment` or `certificates.cert-manager.io`. Throws `not_found` with a near miss. */
export function resolveKind(text: string, resources: readonly ApiResource[]): ApiResource {
  const [name = '', ...group] = text.toLowerCase().split('.');
  const wanted = (Object.hasOwn(SHORT_NAMES, name) ? (SHORT_NAMES[name] ?? name) : name).toLowerCase();
  const found = resources.find(
    ({ kind, plural, apiVersion }) =>
      (kind.toLowerCase() === wanted || plural === wanted) &&
      (group.length === 0 || apiVersion.startsWith(`${group.join('.')}/`)),
  );
  if (found) return found;
  const near = nearMiss(wanted, [...new Set(resources.map(({ kind }) => kind.toLowerCase()))]);
  throw new AppError('not_found', `the cluster serves no kind "${text}"${near ? `; did you mean "${near}"?` : ''}`);
}
