import { nearMiss } from '@headwater/core/near-miss.ts';
import { formatSubject, type Subject } from '@headwater/core/subject.ts';
import { citeAbsent, citeChange, citeField } from '../../evidence/cite.ts';
import type { Finding } from '../../finding.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { resolveHost, type ServiceName } from '../../topology/dns-names.ts';
import { recentEdit } from '../_shared/recent-change.ts';
import { edit } from '../_shared/remedies.ts';
import { type Judged, misrouted, ownerFinder } from './owners.ts';
import type { Route } from './route-table.ts';
import { holderOf, type RouteTable } from './tables.ts';

/** Routes of a table that lead to no Service, to no port of it, or to the wrong Service. */
export function judgeTable(snapshot: Snapshot, table: RouteTable): Finding[] {
  const namespace = table.object.metadata.namespace ?? '';
  const targets = new Map(table.routes.map((route) => [route, resolveHost(snapshot, route.host, namespace)]));
  const existing = table.routes.filter((route) => targets.get(route)?.exists);
  // A table of which no host is a Service is no table of Services (samples, external hosts, registry names).
  if (existing.length === 0) return [];
  const names = snapshot.objects.names('Service', namespace);
  const wrong = misrouted(existing, (route) => targets.get(route)?.name ?? null, ownerFinder(names));
  const served = new Set(existing.map((route) => targets.get(route)?.name));
  return [
    ...(table.judgesHosts
      ? table.routes.flatMap((route) => judgeHost(snapshot, table, { route, target: targets.get(route) ?? null }) ?? [])
      : []),
    ...wrong.map((judged) => reportWrong(snapshot, table, { judged, orphaned: !served.has(judged.byPath ?? '') })),
  ];
}

function judgeHost(
  snapshot: Snapshot,
  table: RouteTable,
  { route, target }: { route: Route; target: ServiceName | null },
): Finding | null {
  if (!target) return null;
  const { namespace, name } = target;
  if (target.exists) return judgePort(snapshot, table, { route, target });
  if (snapshot.objects.existence('Service', namespace, name) !== 'absent') return null;
  const close = nearMiss(name, snapshot.objects.names('Service', namespace));
  const holder = holderOf(table);
  return {
    ...base(snapshot, table),
    code: 'gateway/route-host-missing',
    strength: close ? 0.9 : 0.7,
    statement: `${formatSubject(holder)} routes \`${route.paths[0]}\` to \`${route.host}\`, which is no Service${close ? `; \`${close}\` is` : ''}`,
    evidence: [
      table.cite(route),
      citeAbsent(snapshot, { kind: 'Service', namespace, name }),
      ...edits(snapshot, table),
    ],
    affects: [{ kind: 'Service', namespace, name: close ?? name }],
    remediation: [restore(table, close)],
  };
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
    ...base(snapshot, table),
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
  { judged, orphaned }: { judged: Judged; orphaned: boolean },
): Finding {
  const { route, byPath, byId } = judged;
  const namespace = table.object.metadata.namespace ?? '';
  const owner = byPath ?? '';
  const service = snapshot.objects.get('Service', namespace, owner);
  const edited = edits(snapshot, table).length > 0;
  const both = byId !== null && byId === byPath;
  const named = both && route.id ? `, and its id \`${route.id}\` too,` : '';
  return {
    ...base(snapshot, table),
    code: 'gateway/route-wrong-service',
    strength: both || edited ? 0.9 : orphaned ? 0.75 : 0.6,
    statement: `${formatSubject(holderOf(table))} routes \`${route.paths[0]}\` to \`${route.host}\`, though the path${named} names Service \`${owner}\``,
    evidence: [table.cite(route), ...(service ? [citeField(service, 'metadata.name')] : []), ...edits(snapshot, table)],
    affects: [{ kind: 'Service', namespace, name: owner }],
    remediation: [restore(table, owner)],
  };
}

function base(snapshot: Snapshot, table: RouteTable) {
  const edited = recentEdit(snapshot, holderOf(table), table.isRouting);
  return {
    subject: holderOf(table),
    category: 'gateway-misroute',
    role: 'cause',
    layer: 'state',
    aliases: table.readers,
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
