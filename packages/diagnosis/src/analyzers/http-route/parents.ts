import type { ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import { matchesSelector } from '@headwater/core/kube/selector.ts';
import { nearMiss } from '@headwater/core/near-miss.ts';
import { formatSubject } from '@headwater/core/subject.ts';
import { citeAbsent, citeField } from '../../evidence/cite.ts';
import type { Finding } from '../../finding.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { namespaceLabels } from '../../topology/namespaces.ts';
import { conditionWords, failedCondition } from '../_shared/failed-condition.ts';
import { edit } from '../_shared/remedies.ts';

type Route = ObjectOf<'HTTPRoute'>;
type Gateway = ObjectOf<'Gateway'>;
type Listener = NonNullable<NonNullable<Gateway['spec']>['listeners']>[number];
type ParentRef = NonNullable<NonNullable<Route['spec']>['parentRefs']>[number];

/** Parents of a route that are missing or refuse it; the controller's own condition is believed first. */
export function judgeParents(snapshot: Snapshot, route: Route): Finding[] {
  const parents = (route.spec?.parentRefs ?? []).filter(({ kind, name }) => name && (kind ?? 'Gateway') === 'Gateway');
  const faults = parents.map((parent) => judge(snapshot, route, parent));
  // One parent that takes the route is enough for its traffic.
  const [fault] = faults;
  return fault && faults.every((other) => other !== null) ? [fault] : [];
}

function judge(snapshot: Snapshot, route: Route, parent: ParentRef): Finding | null {
  const namespace = parent.namespace ?? route.metadata.namespace;
  const name = parent.name ?? '';
  if (snapshot.objects.existence('Gateway', namespace, name) === 'absent')
    return missing(snapshot, route, { namespace, name });
  const gateway = snapshot.objects.get('Gateway', namespace, name);
  const said = (route.status?.parents ?? []).find(({ parentRef }) => parentRef?.name === name);
  const condition = failedCondition(said?.conditions, 'Accepted');
  if (condition && condition.reason !== 'Pending') return refused(route, name, condition);
  return gateway && !said ? evaluate(snapshot, route, { gateway, parent }) : null;
}

function missing(
  snapshot: Snapshot,
  route: Route,
  { namespace, name }: { namespace: string | null | undefined; name: string },
): Finding {
  const subject = subjectOf(route);
  const close = nearMiss(name, snapshot.objects.names('Gateway', namespace));
  return {
    ...base(route),
    code: 'route/parent-missing',
    strength: 0.95,
    statement: `${formatSubject(subject)} attaches to Gateway \`${name}\`, which does not exist in \`${namespace}\`${close ? `; \`${close}\` does` : ''}`,
    evidence: [citeField(route, 'spec.parentRefs'), citeAbsent(snapshot, { kind: 'Gateway', namespace, name })],
    remediation: [edit('patch-route', 'R2', `Attach ${formatSubject(subject)} to ${close ?? 'an existing Gateway'}`)],
  };
}

function refused(route: Route, gateway: string, condition: NonNullable<ReturnType<typeof failedCondition>>): Finding {
  const subject = subjectOf(route);
  return {
    ...base(route),
    code: 'route/not-attached',
    strength: 0.95,
    statement: `Gateway \`${gateway}\` does not accept ${formatSubject(subject)}, reason ${conditionWords(condition)}`,
    evidence: [citeField(route, 'status.parents'), citeField(route, 'spec.parentRefs')],
    remediation: [edit('patch-route', 'R2', `Make ${formatSubject(subject)} fit a listener of Gateway ${gateway}`)],
  };
}

// No controller has said anything yet: what the specification decides can be worked out.
function evaluate(
  snapshot: Snapshot,
  route: Route,
  { gateway, parent }: { gateway: Gateway; parent: ParentRef },
): Finding | null {
  const listeners = gateway.spec?.listeners ?? [];
  if (listeners.length === 0) return null;
  const named = parent.sectionName ? listeners.filter(({ name }) => name === parent.sectionName) : listeners;
  const subject = subjectOf(route);
  const about = formatSubject(subjectOf(gateway));
  const evidence = [citeField(route, 'spec.parentRefs'), citeField(gateway, 'spec.listeners')];
  const remediation = [edit('patch-route', 'R2', `Make ${formatSubject(subject)} fit a listener of ${about}`)];
  if (named.length === 0) {
    return {
      ...base(route),
      code: 'route/parent-missing',
      strength: 0.9,
      statement: `${formatSubject(subject)} attaches to listener \`${parent.sectionName}\` of ${about}, which has no such listener`,
      evidence,
      remediation,
    };
  }
  if (!named.some((listener) => allows(snapshot, { route, gateway, listener }))) {
    return {
      ...base(route),
      code: 'route/not-attached',
      strength: 0.85,
      statement: `No listener of ${about} takes routes from namespace \`${route.metadata.namespace}\`, where ${formatSubject(subject)} is`,
      evidence: [...evidence, citeField(route, 'metadata.namespace')],
      remediation,
    };
  }
  const hosts = route.spec?.hostnames ?? [];
  if (hosts.length > 0 && !named.some(({ hostname }) => hosts.some((host) => meets(hostname, host)))) {
    return {
      ...base(route),
      code: 'route/not-attached',
      strength: 0.85,
      statement: `No listener of ${about} serves \`${hosts[0]}\`, the hostname of ${formatSubject(subject)}`,
      evidence: [...evidence, citeField(route, 'spec.hostnames')],
      remediation,
    };
  }
  return null;
}

function allows(
  snapshot: Snapshot,
  { route, gateway, listener }: { route: Route; gateway: Gateway; listener: Listener },
): boolean {
  const { from, selector } = listener.allowedRoutes?.namespaces ?? {};
  const namespace = route.metadata.namespace ?? '';
  if (from === 'All') return true;
  if (from !== 'Selector') return namespace === gateway.metadata.namespace;
  const { labels, certain } = namespaceLabels(snapshot.objects, namespace);
  return !certain || matchesSelector(labels, selector ?? {});
}

/** Whether a listener's hostname and a route's have a name in common; `*.` stands for one or more labels. */
function meets(listener: string | null | undefined, host: string): boolean {
  if (!listener || listener === host) return true;
  const covers = (pattern: string, name: string): boolean =>
    pattern.startsWith('*.') && name.endsWith(pattern.slice(1)) && name.length > pattern.length - 1;
  return covers(listener, host) || covers(host, listener);
}

function base(route: Route) {
  return { subject: subjectOf(route), category: 'gateway-misroute', role: 'cause', layer: 'state' } as const;
}
