import { nearMiss } from '@headwater/core/near-miss.ts';
import { formatSubject, type Subject } from '@headwater/core/subject.ts';
import { citeAbsent, citeChange, citeField } from '../../evidence/cite.ts';
import type { Finding } from '../../finding.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { resolveHost, type ServiceName } from '../../topology/dns-names.ts';
import { isServiceAtFault } from '../_shared/missing-service.ts';
import { recentEdit } from '../_shared/recent-change.ts';
import { edit } from '../_shared/remedies.ts';
import { type Misroute, misroutes, type Owners, ownersAmong } from './owners.ts';
import type { Route } from './route-table.ts';
import { holderOf, type RouteTable } from './tables.ts';
import { selectedBy } from '../../topology/selection.ts';

/** Routes of a table that lead to no Service, to no port of it, or to the wrong Service. */
export function judgeTable(snapshot: Snapshot, table: RouteTable): Finding[] {
  const namespace = table.object.metadata.namespace ?? '';
  const targets = new Map(table.routes.map((route) => [route, targetOf(snapshot, route.host, namespace)]));
  const existing = table.routes.filter((route) => targets.get(route)?.exists);
  // A table of which no host is a Service is no table of Services (samples, external hosts, registry names).
  if (existing.length === 0) return [];
  const led = new Set(existing.map((route) => targets.get(route)?.name ?? ''));
  const owners = ownersAmong(snapshot.objects.names('Service', namespace), led);
  const wrong = misroutes(existing, {
    serviceOf: (route) => targets.get(route)?.name ?? null,
    owners,
    edited: edits(snapshot, table).length > 0,
  });
  const hosts = table.judgesHosts ? table.routes : [];
  return [
    ...hosts.flatMap(
      (route) => judgeHost(snapshot, table, { route, target: targets.get(route) ?? null, owners, led }) ?? [],
    ),
    ...wrong.map((misroute) => reportWrong(snapshot, table, misroute)),
  ];
}

// `orders.legacy` may be a name of the internet, but not where it is a Service's name with another word behind it.
function targetOf(snapshot: Snapshot, host: string, namespace: string): ServiceName | null {
  const known = resolveHost(snapshot, host, namespace);
  const [name = '', other = '', ...rest] = host.toLowerCase().split('.');
  if (known || other === '' || rest.length > 0 || !snapshot.objects.get('Service', namespace, name)) return known;
  const absent = snapshot.objects.existence('Namespace', null, other) === 'absent';
  return absent ? { name, namespace: other, exists: false, form: 'qualified' } : null;
}

interface HostCase {
  readonly route: Route;
  readonly target: ServiceName | null;
  readonly owners: Owners;
  /** Services that some route of the table leads to. */
  readonly led: ReadonlySet<string>;
}

function judgeHost(snapshot: Snapshot, table: RouteTable, { route, target, owners, led }: HostCase): Finding | null {
  if (!target) return null;
  const { namespace, name } = target;
  if (target.exists) return judgePort(snapshot, table, { route, target });
  const gone = snapshot.objects.existence('Namespace', null, namespace) === 'absent';
  if (!gone && snapshot.objects.existence('Service', namespace, name) !== 'absent') return null;
  if (isServiceAtFault(snapshot, { kind: 'Service', namespace, name })) return null;
  const filled = snapshot.objects.names('Service', namespace).length > 0;
  const home = filled ? namespace : (table.object.metadata.namespace ?? '');
  const meant = meantBy(snapshot, { route, namespace: home, name, owners, led });
  const edited = edits(snapshot, table);
  // A route to what is not installed harms nobody; it is a mistake when it takes a Service's only route.
  if (!meant && edited.length === 0) return null;
  return {
    ...base(snapshot, table, meant),
    code: 'gateway/route-host-missing',
    strength: meant ? 0.9 : 0.7,
    statement: `${formatSubject(holderOf(table))} routes \`${route.paths[0]}\` to \`${route.host}\`, which is no Service${meant ? `; \`${meant}\` is` : ''}`,
    evidence: [
      table.cite(route),
      citeAbsent(snapshot, gone ? { kind: 'Namespace', name: namespace } : { kind: 'Service', namespace, name }),
      ...named(snapshot, home, meant),
      ...edited,
    ],
    affects: meant ? [{ kind: 'Service', namespace: home, name: meant }] : [],
    remediation: [restore(table, meant)],
  };
}

/** The existing Service a dangling host meant: close by name or named by id and path, and led to by no other route. */
function meantBy(
  snapshot: Snapshot,
  { route, namespace, name, owners, led }: Omit<HostCase, 'target'> & { namespace: string; name: string },
): string | null {
  const free = snapshot.objects.names('Service', namespace).filter((existing) => !led.has(existing));
  const byWords = [route.id ?? '', ...route.paths]
    .map((text) => owners.of(text))
    .find((owner) => owner !== null && free.includes(owner));
  return byWords ?? nearMiss(name, free);
}

function judgePort(
  snapshot: Snapshot,
  table: RouteTable,
  { route, target }: { route: Route; target: ServiceName },
): Finding | null {
  const service = snapshot.objects.get('Service', target.namespace, target.name);
  const ports = (service?.spec?.ports ?? []).map(({ port }) => port);
  if (
    !service ||
    route.port === null ||
    ports.length === 0 ||
    ports.includes(route.port) ||
    service.spec?.clusterIP === 'None'
  )
    return null;
  const subject: Subject = { kind: 'Service', namespace: target.namespace, name: target.name };
  return {
    ...base(snapshot, table, target.name),
    code: 'gateway/route-port-missing',
    strength: 0.9,
    statement: `${formatSubject(holderOf(table))} routes \`${route.paths[0]}\` to port ${route.port} of ${formatSubject(subject)}, which offers ${ports.join(', ')}`,
    evidence: [table.cite(route), citeField(service, 'spec.ports'), ...edits(snapshot, table)],
    affects: [subject],
    remediation: [restore(table, null)],
  };
}

function reportWrong(
  snapshot: Snapshot,
  table: RouteTable,
  { route, wrong, victim, named: owner, byId }: Misroute,
): Finding {
  const namespace = table.object.metadata.namespace ?? '';
  const edited = edits(snapshot, table);
  const holder = formatSubject(holderOf(table));
  const words = byId && route.id && wrong === 'target' ? ` and its id \`${route.id}\`` : '';
  return {
    ...base(snapshot, table, victim),
    code: 'gateway/route-wrong-service',
    strength: edited.length > 0 || (byId && wrong === 'target') ? 0.9 : 0.75,
    statement:
      wrong === 'target'
        ? `${holder} routes \`${route.paths[0]}\` to \`${route.host}\`, though the path${words} names Service \`${owner}\``
        : `${holder} gives route \`${route.id}\` to \`${route.host}\` the path \`${route.paths[0]}\`, which names Service \`${owner}\`, so nothing leads to \`${victim}\` by its own path`,
    evidence: [
      table.cite(route),
      ...named(snapshot, namespace, owner),
      ...named(snapshot, namespace, victim),
      ...edited,
    ],
    affects: [{ kind: 'Service', namespace, name: victim }],
    remediation: [restore(table, wrong === 'target' ? owner : null)],
  };
}

function named(snapshot: Snapshot, namespace: string, name: string | null) {
  const service = name === null ? undefined : snapshot.objects.get('Service', namespace, name);
  return service ? [citeField(service, 'metadata.name')] : [];
}

/** `victim` is the Service whose requests go astray: together with its workload it is what the misroute breaks. */
function base(snapshot: Snapshot, table: RouteTable, victim: string | null) {
  const edited = recentEdit(snapshot, holderOf(table), table.isRouting);
  const service: Subject | null =
    victim === null ? null : { kind: 'Service', namespace: table.object.metadata.namespace ?? '', name: victim };
  const behind = service ? selectedBy(snapshot.topology, service) : [];
  return {
    subject: holderOf(table),
    category: 'gateway-misroute',
    role: 'cause',
    layer: 'state',
    aliases: [...table.readers, ...(service ? [service] : []), ...behind],
    ...(edited ? { change: edited.id, since: edited.time } : {}),
  } as const;
}

function edits(snapshot: Snapshot, table: RouteTable) {
  const edited = recentEdit(snapshot, holderOf(table), table.isRouting);
  return edited ? [citeChange(edited)] : [];
}

function restore(table: RouteTable, meant: string | null) {
  const holder = formatSubject(holderOf(table));
  const [reader] = table.readers;
  return edit(
    'patch-configmap',
    'R2',
    `Restore the route in ${holder}${meant ? ` to ${meant}` : ''}${reader ? `, then restart ${formatSubject(reader)}` : ''}`,
  );
}
