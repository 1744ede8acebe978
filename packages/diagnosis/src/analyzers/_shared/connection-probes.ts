import type { Subject } from '@headwater/core/subject.ts';
import { subjectKey } from '@headwater/core/subject.ts';
import type { Series } from '../../snapshot/input.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { resolveHost } from '../../topology/dns-names.ts';
import { bareHost, hostsIn } from '../../topology/host-references.ts';
import { perSnapshot } from '../../snapshot/per-snapshot.ts';

/** What a prober (blackbox exporter) last saw when it connected to a Service. */
export interface ConnectionProbe {
  readonly service: Subject;
  readonly port: number | null;
  readonly up: boolean;
  readonly series: Series;
}

const index = perSnapshot(
  (snapshot: Snapshot): ReadonlyMap<string, readonly ConnectionProbe[]> =>
    Map.groupBy(
      snapshot.metrics.find('probe_success').flatMap((series) => probeOf(snapshot, series)),
      ({ service }) => subjectKey(service),
    ),
);

/** The probes of a Service. */
export function probesOf(snapshot: Snapshot, service: Subject): readonly ConnectionProbe[] {
  return index(snapshot).get(subjectKey(service)) ?? [];
}

function probeOf(snapshot: Snapshot, series: Series): ConnectionProbe[] {
  const { namespace, target, instance } = series.labels;
  const text = target ?? instance ?? '';
  const reference = hostsIn(text)[0] ?? bareHost(text);
  const last = series.samples.at(-1)?.[1];
  if (!reference || last === undefined) return [];
  const found = resolveHost(snapshot, reference.host, namespace ?? onlyNamespaceOf(snapshot, reference.host));
  if (!found) return [];
  return [
    {
      service: { kind: 'Service', namespace: found.namespace, name: found.name },
      port: reference.port,
      up: last > 0,
      series,
    },
  ];
}

// A target without namespace means the Service of that name when only one exists.
function onlyNamespaceOf(snapshot: Snapshot, name: string): string {
  const owners = snapshot.objects.namespaces().filter((namespace) => snapshot.objects.get('Service', namespace, name));
  return owners.length === 1 ? (owners[0] ?? '') : '';
}
