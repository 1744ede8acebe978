import type { ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import { nearMiss } from '@headwater/core/near-miss.ts';
import { formatSubject, type Subject } from '@headwater/core/subject.ts';
import { citeAbsent, citeField } from '../../evidence/cite.ts';
import type { Finding } from '../../finding.ts';
import { readField } from '../../snapshot/field.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { conditionWords, failedCondition } from '../_shared/failed-condition.ts';
import { isServiceAtFault } from '../_shared/missing-service.ts';
import { edit } from '../_shared/remedies.ts';

type Route = ObjectOf<'HTTPRoute'>;

interface Backend {
  readonly name: string;
  readonly namespace: string;
  readonly port: number | null;
}

/** Backends of a route that do not exist, do not offer the port, or stand in a namespace that does not permit it. */
export function judgeBackends(snapshot: Snapshot, route: Route): Finding[] {
  const backends = new Map(
    backendsOf(route).map((backend) => [`${backend.namespace}/${backend.name}:${backend.port}`, backend]),
  );
  return [...backends.values()].flatMap((backend) => judge(snapshot, route, backend) ?? []);
}

function backendsOf(route: Route): readonly Backend[] {
  return (route.spec?.rules ?? []).flatMap(({ backendRefs }) =>
    (backendRefs ?? []).flatMap(({ kind, name, namespace, port, weight }): Backend[] => {
      // A weight of zero receives nothing.
      if (!name || (kind ?? 'Service') !== 'Service' || weight === 0) return [];
      return [{ name, namespace: namespace ?? route.metadata.namespace ?? '', port: port ?? null }];
    }),
  );
}

function judge(snapshot: Snapshot, route: Route, backend: Backend): Finding | null {
  const { name, namespace, port } = backend;
  const subject = subjectOf(route);
  const target: Subject = { kind: 'Service', namespace, name };
  if (snapshot.objects.existence('Service', namespace, name) === 'absent') {
    const close = nearMiss(name, snapshot.objects.names('Service', namespace));
    return {
      ...base(route, target),
      ...(isServiceAtFault(snapshot, target) ? { role: 'symptom' as const, blames: [target], affects: [] } : {}),
      code: 'route/backend-missing',
      strength: 0.95,
      statement: `${formatSubject(subject)} sends requests to Service \`${name}\`, which does not exist${close ? `; \`${close}\` does` : ''}`,
      evidence: [citeField(route, 'spec.rules'), citeAbsent(snapshot, { kind: 'Service', namespace, name })],
      remediation: [edit('patch-route', 'R2', `Point ${formatSubject(subject)} to ${close ?? 'an existing Service'}`)],
    };
  }
  const service = snapshot.objects.get('Service', namespace, name);
  const ports = service?.spec?.ports ?? [];
  if (service && port !== null && ports.length > 0 && !ports.some((offered) => offered.port === port)) {
    return {
      ...base(route, target),
      code: 'route/backend-port-missing',
      strength: 0.95,
      statement: `${formatSubject(subject)} sends requests to port ${port} of ${formatSubject(target)}, which offers ${ports.map((offered) => offered.port).join(', ')}`,
      evidence: [citeField(route, 'spec.rules'), citeField(service, 'spec.ports')],
      remediation: [
        edit(
          'patch-route',
          'R2',
          `Set the backend port of ${formatSubject(subject)} to one ${formatSubject(target)} offers`,
        ),
      ],
    };
  }
  return notPermitted(snapshot, route, target);
}

function notPermitted(snapshot: Snapshot, route: Route, target: Subject): Finding | null {
  if (target.namespace === route.metadata.namespace) return null;
  const condition = (route.status?.parents ?? [])
    .map(({ conditions }) => failedCondition(conditions, 'ResolvedRefs'))
    .find((failed) => failed?.reason === 'RefNotPermitted');
  const granted = snapshot.objects
    .list('ReferenceGrant', target.namespace)
    .some((grant) => grants(readField(grant, 'spec.from'), route.metadata.namespace ?? ''));
  const listed = snapshot.objects.knows('ReferenceGrant', target.namespace);
  if (granted || (!condition && !listed)) return null;
  const subject = subjectOf(route);
  return {
    ...base(route, target),
    code: 'route/backend-not-permitted',
    strength: condition ? 0.95 : 0.85,
    statement: `${formatSubject(subject)} sends requests to ${formatSubject(target)} in another namespace, which no ReferenceGrant permits${condition ? `, reason ${conditionWords(condition)}` : ''}`,
    evidence: [citeField(route, 'spec.rules'), ...(condition ? [citeField(route, 'status.parents')] : [])],
    remediation: [
      edit('patch-route', 'R2', `Add a ReferenceGrant in namespace ${target.namespace}, or move the route`),
    ],
  };
}

function grants(from: unknown, namespace: string): boolean {
  if (!Array.isArray(from)) return false;
  return from.some(
    (entry: unknown) =>
      entry !== null &&
      typeof entry === 'object' &&
      (entry as { namespace?: unknown }).namespace === namespace &&
      (entry as { kind?: unknown }).kind === 'HTTPRoute',
  );
}

function base(route: Route, target: Subject) {
  return {
    subject: subjectOf(route),
    category: 'ingress-backend-missing',
    role: 'cause',
    layer: 'state',
    affects: [target],
  } as const;
}
