import { type Subject, subjectKey } from '@headwater/core/subject.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import { observedCalls } from '../../traces/edges.ts';
import type { EdgeContext } from './all.ts';

/** Calls that traces and service-graph metrics show to happen. */
export function addObservedCalls(context: EdgeContext): void {
  const calls = observedCalls(context.snapshot).filter(({ from, to }) => from.namespace && to.namespace);
  if (calls.length === 0) return;
  const answering = calls.map(({ to }) => context.components.of(to).namespace);
  const services = servicesByComponent(context, answering.includes(undefined) ? [undefined] : new Set(answering));
  for (const { from, to, queued, cite } of calls) {
    if (queued) {
      context.add({ from: to, to: from, relation: 'fed-by', cite });
      continue;
    }
    // Telemetry sees the workload that answered; callers reach it through its Service, which can be what is broken.
    const service = services.get(subjectKey(context.components.of(to)));
    context.add({ from, to: service ?? to, relation: 'calls', cite });
  }
}

/** The Service of each component of some namespaces, undefined for all: the one of its name, else the first that selects it. */
function servicesByComponent(
  { snapshot, templates }: EdgeContext,
  namespaces: Iterable<string | undefined>,
): ReadonlyMap<string, Subject> {
  const found = new Map<string, Subject>();
  const scopes = [...namespaces];
  for (const service of scopes.flatMap((namespace) => snapshot.objects.list('Service', namespace))) {
    const subject = subjectOf(service);
    const matchLabels = service.spec?.selector ?? {};
    const selected =
      Object.keys(matchLabels).length === 0 ? [] : templates.match(subject.namespace ?? '', { matchLabels });
    for (const { component } of selected) {
      const key = subjectKey(component);
      if (!found.has(key) || component.name === subject.name) found.set(key, subject);
    }
  }
  for (const { component } of scopes.flatMap((namespace) => templates.list(namespace))) {
    const service = snapshot.objects.get('Service', component.namespace, component.name);
    if (service) found.set(subjectKey(component), subjectOf(service));
  }
  return found;
}
