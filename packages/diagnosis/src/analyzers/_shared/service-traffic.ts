import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { type Subject, subjectKey } from '@headwater/core/subject.ts';
import type { ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import { citeSeries } from '../../evidence/cite-metrics.ts';
import { citeField } from '../../evidence/cite.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import type { FailureMode } from '../../topology/connection-errors.ts';
import { probesOf } from './connection-probes.ts';
import { failuresTo } from './failed-connections.ts';
import { citeHit } from './log-hits.ts';
import { perNamespace } from '../../snapshot/per-snapshot.ts';

export type ServiceObject = ObjectOf<'Service'>;

/** What shows that traffic to a Service fails now, or that it does not. */
export interface ServiceTraffic {
  /** Log lines of callers and failed probes, a few of them. */
  readonly failing: readonly Evidence[];
  /** How callers fail; empty when only a probe says so. */
  readonly modes: ReadonlySet<FailureMode>;
  /** A probe that reaches the Service: nothing is wrong with its path. */
  readonly working: readonly Evidence[];
}

const MAX_HITS = 2;

/** Whether traffic to a Service (to one of its ports, when given) fails now, by callers' logs and by probes. */
export function trafficTo(snapshot: Snapshot, service: Subject, port?: number | null): ServiceTraffic {
  const failures = failuresTo(snapshot, service).filter(
    ({ error }) => port == null || error.port === null || error.port === port,
  );
  const probes = probesOf(snapshot, service).filter(
    (probe) => port == null || probe.port === null || probe.port === port,
  );
  const cited = failures.slice(0, MAX_HITS).flatMap(({ hit }) => citeHit(hit).slice(0, 1));
  return {
    failing: [
      ...cited,
      ...probes
        .filter(({ up }) => !up)
        .slice(0, MAX_HITS)
        .map(({ series }) => citeSeries(series)),
    ],
    modes: new Set(failures.map(({ error }) => error.mode)),
    working: probes.filter(({ up }) => up).map(({ series }) => citeSeries(series)),
  };
}

/** Who routes or calls to a Service, as far as the topology knows, in its order. */
export function usersOf(snapshot: Snapshot, service: Subject): readonly Subject[] {
  const edges = snapshot.topology
    .dependents(service)
    .filter(({ relation }) => relation === 'calls' || relation === 'routes-to' || relation === 'backed-by');
  return [...new Map(edges.map(({ from }) => [subjectKey(from), from])).values()];
}

/** What the Service's EndpointSlices or Endpoints say it has; empty when neither was read. */
export function citeEndpoints(snapshot: Snapshot, service: ServiceObject): readonly Evidence[] {
  const { namespace, name } = service.metadata;
  const endpoints = snapshot.objects.get('Endpoints', namespace, name);
  return [
    ...slicesOf(snapshot, service)
      .slice(0, 1)
      .map((slice) => citeField(slice, 'endpoints')),
    ...(endpoints ? [citeField(endpoints, 'subsets')] : []),
  ].slice(0, 1);
}

type Slice = ObjectOf<'EndpointSlice'>;

const slicesByService = perNamespace(
  ({ objects }, namespace): ReadonlyMap<string, readonly Slice[]> =>
    Map.groupBy(
      objects.within('EndpointSlice', namespace),
      ({ metadata }) => metadata.labels?.['kubernetes.io/service-name'] ?? '',
    ),
);

/** The Service's EndpointSlices. */
export function slicesOf(snapshot: Snapshot, { metadata }: ServiceObject): readonly Slice[] {
  return slicesByService(snapshot, metadata.namespace ?? '').get(metadata.name) ?? [];
}

/** Whether a Service's endpoints are kept by a leader election or another program, not by its selector. */
export function hasForeignEndpoints(snapshot: Snapshot, service: ServiceObject): boolean {
  const endpoints = snapshot.objects.get('Endpoints', service.metadata.namespace, service.metadata.name);
  return Boolean(endpoints?.metadata.annotations?.['control-plane.alpha.kubernetes.io/leader']);
}
