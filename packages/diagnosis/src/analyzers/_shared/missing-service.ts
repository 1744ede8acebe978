import type { Subject } from '@headwater/core/subject.ts';
import type { Change } from '../../changes/timeline.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import type { TemplateView } from '../../topology/templates.ts';
import { isServed } from './served-workloads.ts';

/** The deletion of an object that the journal saw; undefined when it saw none. */
export function deletionOf(snapshot: Snapshot, subject: Subject): Change | undefined {
  return snapshot.changes.of(subject).findLast(({ title }) => title.endsWith('was deleted'));
}

/** The workload that bears a Service's name, by name or by the labels that name applications. */
export function workloadOfName({ topology }: Snapshot, { namespace, name }: Subject): TemplateView | undefined {
  const views = topology.templates.list(namespace ?? '');
  return views.find(({ component }) => component.name === name) ?? views.find((view) => namesOf(view).includes(name));
}

/** The names a workload bears: its own, and those of its labels that name applications. */
export function namesOf({ component, labels }: TemplateView): readonly string[] {
  const named = [component.name, labels['app'], labels['app.kubernetes.io/name'], labels['k8s-app']];
  return named.filter((name) => name !== undefined);
}

/**
 * Whether a dangling reference to a Service is the Service's fault and not the reference's: it was deleted, or the workload
 * of its name stands there without any Service.
 */
export function isServiceAtFault(snapshot: Snapshot, service: Subject): boolean {
  if (deletionOf(snapshot, service)) return true;
  const behind = workloadOfName(snapshot, service);
  return behind !== undefined && !isServed(snapshot, behind.component);
}
