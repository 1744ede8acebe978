import { type Subject, subjectKey } from '@headwater/core/subject.ts';
import { once } from '../../snapshot/once.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { type ConnectionError, sharedConnectionError } from '../../topology/connection-errors.ts';
import { resolveHost } from '../../topology/dns-names.ts';
import { isAddress } from '../../topology/host-references.ts';
import { type LogHit, type LogMatch, logHits } from './log-hits.ts';
import { perSnapshot } from '../../snapshot/per-snapshot.ts';
import { rootOf } from './workloads.ts';

interface ConnectionMatch extends LogMatch {
  readonly error: ConnectionError;
}

/** A connection that a container's log says fails now. */
export interface FailedConnection {
  /** The workload that could not connect. */
  readonly caller: Subject;
  readonly error: ConnectionError;
  /** The Service it called, whether or not it exists; null for what is outside the cluster or not named. */
  readonly service: Subject | null;
  readonly hit: LogHit<ConnectionMatch>;
}

/** Every failed connection that logs show to go on now, in Pod order. */
export const failedConnections = perSnapshot((snapshot: Snapshot): readonly FailedConnection[] => {
  const byAddress = once(
    () => new Map(snapshot.objects.list('Service').map((service) => [service.spec?.clusterIP ?? '', service])),
  );
  return logHits(snapshot, (text) => read(snapshot, text), { atLeast: 1 }).map((hit) => {
    const { error } = hit.match;
    return {
      caller: rootOf(snapshot, hit.pod),
      error,
      service: serviceOf(error, hit.pod.metadata.namespace ?? ''),
      hit,
    };
  });

  function serviceOf({ host, mode }: ConnectionError, namespace: string): Subject | null {
    if (!host) return null;
    if (isAddress(host)) {
      const service = byAddress().get(host);
      return service
        ? { kind: 'Service', namespace: service.metadata.namespace ?? '', name: service.metadata.name }
        : null;
    }
    const found = resolveHost(snapshot, host, namespace);
    // A bare word that no lookup failed on may be anything.
    if (!found || (!found.exists && found.form === 'short' && mode !== 'not-found')) return null;
    return { kind: 'Service', namespace: found.namespace, name: found.name };
  }
});

const byService = perSnapshot(
  (snapshot: Snapshot): ReadonlyMap<string, readonly FailedConnection[]> =>
    Map.groupBy(failedConnections(snapshot), ({ service }) => (service ? subjectKey(service) : '')),
);

const byCaller = perSnapshot(
  (snapshot: Snapshot): ReadonlyMap<string, readonly FailedConnection[]> =>
    Map.groupBy(failedConnections(snapshot), ({ caller }) => subjectKey(caller)),
);

/** Connections to a Service that fail now. */
export function failuresTo(snapshot: Snapshot, service: Subject): readonly FailedConnection[] {
  return byService(snapshot).get(subjectKey(service)) ?? [];
}

/** Connections of a workload that fail now. */
export function failuresOf(snapshot: Snapshot, caller: Subject): readonly FailedConnection[] {
  return byCaller(snapshot).get(subjectKey(caller)) ?? [];
}

function read(snapshot: Snapshot, text: string): ConnectionMatch | null {
  const error = sharedConnectionError(snapshot, text);
  return error && { key: `${error.mode} ${error.host ?? ''}:${error.port ?? ''}`, error };
}
