import type { Subject } from '@headwater/core/subject.ts';
import { callGraphOf } from '../../metrics/call-graph.ts';
import { signalsOf } from '../../metrics/signals.ts';
import type { SignalName } from '../../metrics/vocabulary.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { configuredAddresses } from '../../topology/configured-addresses.ts';
import { bareHost, hostsIn } from '../../topology/host-references.ts';
import type { TemplateView } from '../../topology/templates.ts';
import { behindHost } from './dependencies.ts';

/** Whether a workload calls something none of these signals shows: in the cluster, or by an address outside it. */
export function callsUnmeasured(snapshot: Snapshot, subject: Subject, names: readonly SignalName[]): boolean {
  const signals = signalsOf(snapshot);
  const isMeasured = (callee: Subject): boolean => names.some((name) => signals.of(name, callee));
  if (
    callGraphOf(snapshot)
      .callees(subject)
      .some((callee) => !isMeasured(callee))
  )
    return true;
  const { namespace = '' } = subject;
  return snapshot.topology.templates
    .ofComponent(subject)
    .flatMap((view) => [
      ...configuredAddresses(view).map(({ host }) => host),
      ...referredHosts(snapshot, view, namespace),
    ])
    .some((host) => host.includes('.') && behindHost(snapshot, host, namespace).length === 0);
}

const ADDRESS = /(HOST|URL|URI|ADDR|ADDRESS|ENDPOINT|DSN|BROKERS?)$/i;

// Addresses that a ConfigMap hands over; what a Secret hands over is never read.
function referredHosts(snapshot: Snapshot, { spec }: TemplateView, namespace: string): readonly string[] {
  return (spec.containers ?? []).flatMap(({ env }) =>
    (env ?? []).flatMap(({ name, valueFrom }) => {
      const { name: map, key } = valueFrom?.configMapKeyRef ?? {};
      if (!map || !key || !ADDRESS.test(name ?? '')) return [];
      const text = snapshot.objects.get('ConfigMap', namespace, map)?.data?.[key];
      if (typeof text !== 'string') return [];
      const bare = bareHost(text);
      return [...hostsIn(text), ...(bare ? [bare] : [])].map(({ host }) => host);
    }),
  );
}
