import type { ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import { formatSelector } from '@headwater/core/kube/selector.ts';
import { nearMiss } from '@headwater/core/near-miss.ts';
import { formatSubject, type Subject } from '@headwater/core/subject.ts';
import { citeAbsent, citeChange, citeField, citeSelection } from '../../evidence/cite.ts';
import type { Finding } from '../../finding.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { resolveHost, type ServiceName } from '../../topology/dns-names.ts';
import { perSnapshot } from '../../snapshot/per-snapshot.ts';
import { isServiceAtFault } from '../_shared/missing-service.ts';
import { recentEdit } from '../_shared/recent-change.ts';
import { edit } from '../_shared/remedies.ts';

type VirtualService = ObjectOf<'VirtualService'>;
type DestinationRule = ObjectOf<'DestinationRule'>;

interface Destination {
  readonly host: string;
  readonly subset: string | null;
  readonly path: string;
}

/** Destinations of a VirtualService that receive traffic and lead nowhere. */
export function judgeDestinations(snapshot: Snapshot, route: VirtualService): Finding[] {
  const unique = new Map(
    destinationsOf(route).map((destination) => [`${destination.host} ${destination.subset ?? ''}`, destination]),
  );
  return [...unique.values()].flatMap((destination) => judge(snapshot, route, destination) ?? []);
}

function destinationsOf({ spec }: VirtualService): readonly Destination[] {
  return (['http', 'tcp', 'tls'] as const).flatMap((field) =>
    (spec?.[field] ?? []).flatMap(({ route }, index) =>
      (route ?? []).flatMap(({ destination, weight }): Destination[] => {
        if (!destination?.host || (weight === 0 && (route ?? []).length > 1)) return [];
        return [{ host: destination.host, subset: destination.subset ?? null, path: `spec.${field}[${index}].route` }];
      }),
    ),
  );
}

function judge(snapshot: Snapshot, route: VirtualService, destination: Destination): Finding | null {
  const service = resolveHost(snapshot, destination.host, route.metadata.namespace ?? '');
  if (!service) return null;
  if (!service.exists) return missingHost(snapshot, route, { destination, service });
  return destination.subset === null
    ? null
    : judgeSubset(snapshot, route, { destination, service, subset: destination.subset });
}

function missingHost(
  snapshot: Snapshot,
  route: VirtualService,
  { destination, service }: { destination: Destination; service: ServiceName },
): Finding | null {
  const { namespace, name } = service;
  if (snapshot.objects.existence('Service', namespace, name) !== 'absent') return null;
  // A ServiceEntry may define the host for the mesh alone.
  if (snapshot.objects.list('ServiceEntry').length > 0) return null;
  if (isServiceAtFault(snapshot, { kind: 'Service', namespace, name })) return null;
  const close = nearMiss(name, snapshot.objects.names('Service', namespace));
  return {
    ...base(snapshot, route),
    code: 'mesh/host-missing',
    strength: 0.9,
    statement: `${formatSubject(subjectOf(route))} routes to \`${destination.host}\`, which is no Service${close ? `; \`${close}\` is` : ''}`,
    evidence: [
      citeField(route, destination.path),
      citeAbsent(snapshot, { kind: 'Service', namespace, name }),
      ...edits(snapshot, route),
    ],
    remediation: [
      edit(
        'patch-virtualservice',
        'R2',
        `Point ${formatSubject(subjectOf(route))} to ${close ?? 'an existing Service'}`,
      ),
    ],
  };
}

interface SubsetCase {
  readonly destination: Destination;
  readonly service: ServiceName;
  readonly subset: string;
}

function judgeSubset(
  snapshot: Snapshot,
  route: VirtualService,
  { destination, service, subset }: SubsetCase,
): Finding | null {
  if (
    !snapshot.objects.knows('DestinationRule', service.namespace) &&
    snapshot.objects.list('DestinationRule').length === 0
  )
    return null;
  const rules = rulesFor(snapshot, service);
  const rule = rules.find(({ spec }) => (spec?.subsets ?? []).some(({ name }) => name === subset));
  const target: Subject = { kind: 'Service', namespace: service.namespace, name: service.name };
  if (rule) return emptySubset(snapshot, route, { destination, service, subset, rule });
  const defined = rules.flatMap(({ spec }) => (spec?.subsets ?? []).flatMap(({ name }) => (name ? [name] : [])));
  const says = defined.length > 0 ? `; defined are ${defined.map((name) => `\`${name}\``).join(', ')}` : '';
  const [first] = rules;
  return {
    ...base(snapshot, route),
    code: 'mesh/subset-missing',
    strength: 0.95,
    statement: `${formatSubject(subjectOf(route))} routes ${formatSubject(target)} to subset \`${subset}\`, which no DestinationRule defines${says}`,
    evidence: [
      citeField(route, destination.path),
      ...(first ? [citeField(first, 'spec.subsets')] : []),
      ...edits(snapshot, route),
    ],
    affects: [target],
    remediation: [edit('patch-virtualservice', 'R2', `Route ${formatSubject(target)} to a subset that exists`)],
  };
}

function emptySubset(
  snapshot: Snapshot,
  route: VirtualService,
  { destination, service, subset, rule }: SubsetCase & { rule: DestinationRule },
): Finding | null {
  const labels = rule.spec?.subsets?.find(({ name }) => name === subset)?.labels ?? {};
  const selector = snapshot.objects.get('Service', service.namespace, service.name)?.spec?.selector ?? {};
  const matchLabels = { ...selector, ...labels };
  if (
    Object.keys(labels).length === 0 ||
    Object.keys(selector).length === 0 ||
    !snapshot.objects.knows('Pod', service.namespace)
  )
    return null;
  if (snapshot.topology.pods.match(service.namespace, { matchLabels: selector }).length === 0) return null;
  if (snapshot.topology.pods.match(service.namespace, { matchLabels }).length > 0) return null;
  const target: Subject = { kind: 'Service', namespace: service.namespace, name: service.name };
  return {
    ...base(snapshot, route),
    subject: subjectOf(rule),
    code: 'mesh/subset-empty',
    strength: 0.9,
    statement: `Subset \`${subset}\` of ${formatSubject(subjectOf(rule))}, to which ${formatSubject(subjectOf(route))} routes, takes \`${formatSelector({ matchLabels: labels })}\`, and no Pod of ${formatSubject(target)} carries that`,
    evidence: [
      citeField(rule, 'spec.subsets'),
      citeField(route, destination.path),
      citeSelection(snapshot, 'Pod', service.namespace, { matchLabels: labels }),
      citeSelection(snapshot, 'Pod', service.namespace, { matchLabels }),
    ],
    aliases: [subjectOf(route)],
    affects: [target],
    remediation: [
      edit('patch-destinationrule', 'R2', `Set the labels of subset ${subset} to those of the Pods it means`),
    ],
  };
}

const rulesByService = perSnapshot((snapshot: Snapshot) =>
  Map.groupBy(snapshot.objects.list('DestinationRule'), ({ spec, metadata }) => {
    const found = spec?.host ? resolveHost(snapshot, spec.host, metadata.namespace ?? '') : null;
    return found ? `${found.namespace}/${found.name}` : '';
  }),
);

function rulesFor(snapshot: Snapshot, { namespace, name }: ServiceName): readonly DestinationRule[] {
  return rulesByService(snapshot).get(`${namespace}/${name}`) ?? [];
}

function base(snapshot: Snapshot, route: VirtualService) {
  const edited = recentEdit(snapshot, subjectOf(route), (path) => path.startsWith('spec'));
  return {
    subject: subjectOf(route),
    category: 'mesh-misroute',
    role: 'cause',
    layer: 'state',
    ...(edited ? { change: edited.id, since: edited.time } : {}),
  } as const;
}

function edits(snapshot: Snapshot, route: VirtualService) {
  const edited = recentEdit(snapshot, subjectOf(route), (path) => path.startsWith('spec'));
  return edited ? [citeChange(edited)] : [];
}
