import type { KubeObject, ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import { type Subject, subjectKey } from '@headwater/core/subject.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import {
  evaluateFlow,
  type FlowVerdict,
  type Policy,
  type PolicyPod,
  type Protocol,
} from '../../topology/network-policy.ts';
import { policyPod, policyPodOfTemplate } from '../../topology/policy-pods.ts';
import { expectedEndpoints } from '../../topology/service-endpoints.ts';
import type { Edge } from '../../topology/topology.ts';
import { perSnapshot } from '../../snapshot/per-snapshot.ts';

/** A connection that something makes and that NetworkPolicies deny. */
export interface DeniedFlow {
  readonly caller: Subject;
  /** Why we know it is made: the `calls` edge, or the route through a controller. */
  readonly edge: Edge;
  readonly service: ObjectOf<'Service'>;
  readonly target: Subject;
  /** The Pod port. */
  readonly port: number;
  readonly verdict: FlowVerdict;
}

/** Connections to Services that policies deny on every port of the Service; most clusters have no policy and stop here. */
export const deniedFlows = perSnapshot((snapshot: Snapshot): readonly DeniedFlow[] => {
  const namespaces = new Set(snapshot.objects.list('NetworkPolicy').map(({ metadata }) => metadata.namespace ?? ''));
  return namespaces.size === 0
    ? []
    : servicesNear(snapshot, namespaces).flatMap((service) => deniedTo(snapshot, service));
});

/** The Services to which a policy of some namespaces may deny a connection: those in them and those called from them. */
function servicesNear(snapshot: Snapshot, namespaces: ReadonlySet<string>): readonly ObjectOf<'Service'>[] {
  const { objects, topology } = snapshot;
  const callers = new Set(
    [...namespaces].flatMap((namespace) => [
      ...topology.templates.list(namespace).map(({ component }) => component),
      ...objects.within('Pod', namespace).map((pod) => topology.component(subjectOf(pod))),
    ]),
  );
  // Whatever routes through a proxy may stand anywhere.
  if ([...callers].some((caller) => topology.dependents(caller).some(({ relation }) => relation === 'backed-by')))
    return objects.list('Service');
  const called = [...callers].flatMap((caller) => topology.dependencies(caller)).map(({ to }) => objects.find(to));
  const near = new Set<KubeObject | undefined>([
    ...[...namespaces].flatMap((namespace) => objects.within('Service', namespace)),
    ...called,
  ]);
  return objects.list('Service').filter((service) => near.has(service));
}

/** The policies of a namespace. */
export function policiesOf(snapshot: Snapshot): (namespace: string) => readonly Policy[] {
  return (namespace) => snapshot.objects.list('NetworkPolicy', namespace);
}

/** A component as policies see it: one of its Pods, else its template. */
export function policyViewOf(snapshot: Snapshot, component: Subject): PolicyPod | null {
  const [pod] = snapshot.topology.pods.ofComponent(component);
  if (pod) return policyPod(snapshot, pod);
  const [view] = snapshot.topology.templates.ofComponent(component);
  return view ? policyPodOfTemplate(snapshot, view) : null;
}

function deniedTo(snapshot: Snapshot, service: ObjectOf<'Service'>): DeniedFlow[] {
  const { pods, ports } = expectedEndpoints(snapshot.topology.pods, service);
  const targets = new Map(pods.map((pod) => [subjectKey(snapshot.topology.component(subjectOf(pod))), pod]));
  const policies = policiesOf(snapshot);
  return callersOf(snapshot, subjectOf(service)).flatMap(({ caller, edge }) => {
    const from = policyViewOf(snapshot, caller);
    if (!from) return [];
    return [...targets.values()].flatMap((pod): DeniedFlow[] => {
      const to = policyPod(snapshot, pod);
      if (policies(to.namespace).length === 0 && policies(from.namespace).length === 0) return [];
      const verdicts = ports.flatMap(({ resolved, protocol }) =>
        resolved.map((port) => ({
          port,
          verdict: evaluateFlow(policies, {
            from: { pod: from },
            to: { pod: to },
            port,
            protocol: protocol as Protocol,
          }),
        })),
      );
      const [first] = verdicts;
      // Which port a caller uses is not known: as long as one is open, nothing is.
      if (!first || verdicts.some(({ verdict }) => verdict.decision !== 'denied')) return [];
      return [{ caller, edge, service, target: snapshot.topology.component(subjectOf(pod)), ...first }];
    });
  });
}

/** Workloads that send to a Service: its callers, and the proxies behind the routes that lead to it. */
function callersOf(snapshot: Snapshot, service: Subject): readonly { caller: Subject; edge: Edge }[] {
  const { topology } = snapshot;
  const found = new Map<string, { caller: Subject; edge: Edge }>();
  for (const edge of topology.dependents(service)) {
    const callers =
      edge.relation === 'calls' ? [edge.from] : edge.relation === 'routes-to' ? proxiesOf(snapshot, edge.from, 3) : [];
    for (const caller of callers) if (!found.has(subjectKey(caller))) found.set(subjectKey(caller), { caller, edge });
  }
  return [...found.values()];
}

function proxiesOf(snapshot: Snapshot, route: Subject, depth: number): readonly Subject[] {
  if (depth === 0) return [];
  return snapshot.topology.dependencies(route).flatMap(({ relation, to }) => {
    if (relation !== 'backed-by') return [];
    return snapshot.topology.templates.ofComponent(to).length > 0 ? [to] : proxiesOf(snapshot, to, depth - 1);
  });
}
