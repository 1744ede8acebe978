import type { ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';

/** The Service a host name means inside the cluster. */
export interface ServiceName {
  readonly namespace: string;
  readonly name: string;
  /** Whether such a Service was read. */
  readonly exists: boolean;
  /** It, when it was read. */
  readonly service?: ObjectOf<'Service'> | undefined;
  /** `short`: one label, so it may also be something outside Kubernetes; `qualified`: names its namespace. */
  readonly form: 'short' | 'qualified';
}

const LABEL = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/;

/**
 * The Service a host means when a Pod of `namespace` looks it up: `db`, `db.data`, `db.data.svc.cluster.local`, or the Pod
 * names under a headless Service (`db-0.db`). Null for addresses and names outside the cluster. Whether it exists is said,
 * not required: a dangling name is what many faults are made of.
 */
export function resolveHost(
  { objects }: Pick<Snapshot, 'objects'>,
  host: string,
  namespace: string,
): ServiceName | null {
  const labels = labelsOf(host);
  if (!labels) return null;
  const exists = (name: string, where: string): boolean => objects.get('Service', where, name) !== undefined;
  const named = (
    name: string | undefined,
    where: string | undefined,
    form: ServiceName['form'],
  ): ServiceName | null => {
    if (!name || !where) return null;
    const service = objects.get('Service', where, name);
    return { name, namespace: where, exists: service !== undefined, service, form };
  };
  const svc = labels.indexOf('svc');
  if (svc >= 2) return named(labels[svc - 2], labels[svc - 1], 'qualified');
  const [first = '', second = '', third = ''] = labels;
  if (labels.length === 1) return named(first, namespace, 'short');
  if (labels.length === 2) {
    if (exists(first, second)) return named(first, second, 'qualified');
    if (exists(second, namespace)) return named(second, namespace, 'short');
    return isNamespace(second) ? named(first, second, 'qualified') : null;
  }
  return labels.length === 3 && exists(second, third) ? named(second, third, 'qualified') : null;

  function isNamespace(name: string): boolean {
    return objects.get('Namespace', null, name) !== undefined || objects.list('Service', name).length > 0;
  }
}

function labelsOf(host: string): readonly string[] | null {
  const labels = host.toLowerCase().replace(/\.$/, '').split('.');
  const isName = labels.every((label) => LABEL.test(label)) && !labels.every((label) => /^\d+$/.test(label));
  return isName ? labels : null;
}
