import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import type { Container } from '@headwater/contracts/kube/pod.ts';
import { parseQuantity } from '@headwater/core/kube/quantity.ts';
import type { Subject } from '@headwater/core/subject.ts';
import { citeField } from '../../evidence/cite.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { templateOf, templatePath } from './workloads.ts';

/** A limit of a workload's template with its citation. */
export interface Limit {
  readonly container: string;
  /** As written: `200m`, `512Mi`. */
  readonly value: string;
  readonly amount: number;
  readonly evidence: Evidence;
}

/** The smallest CPU limit among a workload's containers; undefined when none has one or the template was not read. */
export function cpuLimit(snapshot: Snapshot, subject: Subject): Limit | undefined {
  return limitsOf(snapshot, subject, 'cpu').sort((left, right) => left.amount - right.amount)[0];
}

/** The limits of one resource that a workload's containers carry. */
export function limitsOf(snapshot: Snapshot, subject: Subject, resource: 'cpu' | 'memory'): Limit[] {
  const object = snapshot.objects.find(subject);
  if (!object) return [];
  return containers(snapshot, subject).flatMap(({ name, resources }) => {
    const value = resources?.limits?.[resource];
    const amount = parseQuantity(value);
    if (value === undefined || amount === null) return [];
    return [
      {
        container: name,
        value: String(value),
        amount,
        evidence: citeField(object, `${specPath(object.kind, name)}.resources.limits.${resource}`),
      },
    ];
  });
}

/** Containers of a workload without a limit of a resource, with what shows it; empty when the template was not read. */
export function unlimited(
  snapshot: Snapshot,
  subject: Subject,
  resource: 'cpu' | 'memory',
): readonly { readonly container: string; readonly evidence: Evidence }[] {
  const object = snapshot.objects.find(subject);
  if (!object) return [];
  return containers(snapshot, subject).flatMap(({ name, resources }) =>
    resources?.limits?.[resource] === undefined
      ? [{ container: name, evidence: citeField(object, `${specPath(object.kind, name)}.resources.limits`) }]
      : [],
  );
}

function containers(snapshot: Snapshot, subject: Subject): readonly Container[] {
  const object = snapshot.objects.find(subject);
  if (!object) return [];
  const spec =
    object.kind === 'Pod'
      ? snapshot.objects.get('Pod', subject.namespace, subject.name)?.spec
      : templateOf(object)?.spec;
  return spec?.containers ?? [];
}

function specPath(kind: string, container: string): string {
  const spec = kind === 'Pod' ? 'spec' : `${templatePath({ kind, apiVersion: '', metadata: { name: '' } })}.spec`;
  return `${spec}.containers[name=${container}]`;
}
