import type { ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { nearMiss } from '@headwater/core/near-miss.ts';
import { formatSubject } from '@headwater/core/subject.ts';
import { citeAbsent, citeChange, citeEvent, citeField } from '../../evidence/cite.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { isServiceAtFault } from '../_shared/missing-service.ts';
import { recentEdit } from '../_shared/recent-change.ts';
import { edit } from '../_shared/remedies.ts';
import { type Backend, backendsOf } from './backends.ts';
import { missingRouteTargets, ROUTE } from './openshift-routes.ts';

type Ingress = ObjectOf<'Ingress'>;

/** Ingresses that route to a Service, port or TLS Secret that does not exist. */
export const analyzer: Analyzer = {
  name: 'ingress-backend',
  codes: {
    'ingress/backend-service-missing': 'An Ingress routes to a Service that does not exist.',
    'ingress/backend-port-missing': 'An Ingress routes to a port its Service does not offer.',
    [ROUTE]: 'A Route of OpenShift leads to a Service that does not exist.',
    'ingress/tls-secret-missing': 'An Ingress takes its certificate from a Secret that does not exist.',
  },
  reads: ['Ingress', 'Route', 'Service', 'Secret', 'Event'],
  analyze(snapshot) {
    const ingresses = snapshot.objects.list('Ingress').flatMap((ingress) => {
      const backends = backendsOf(ingress);
      return [
        ...missingServices(snapshot, ingress, backends),
        ...missingPorts(snapshot, ingress, backends),
        ...missingSecrets(snapshot, ingress),
      ];
    });
    return [...ingresses, ...missingRouteTargets(snapshot)];
  },
};

function missingServices(snapshot: Snapshot, ingress: Ingress, backends: readonly Backend[]): Finding[] {
  const { namespace } = ingress.metadata;
  const subject = subjectOf(ingress);
  const missing = backends.filter(
    ({ service }) => snapshot.objects.existence('Service', namespace, service) === 'absent',
  );
  return [...Map.groupBy(missing, ({ service }) => service)].flatMap(([service, routes]) => {
    const [route] = routes;
    if (!route) return [];
    const target = { kind: 'Service', namespace: namespace ?? '', name: service };
    const close = nearMiss(service, snapshot.objects.names('Service', namespace));
    const effect = isServiceAtFault(snapshot, target);
    return [
      {
        ...base(snapshot, ingress),
        ...(effect ? { role: 'symptom' as const, blames: [target] } : {}),
        code: 'ingress/backend-service-missing',
        strength: 0.95,
        statement: `${formatSubject(subject)} routes ${routeName(route)} to Service \`${service}\`, which does not exist${close ? `; \`${close}\` does` : ''}`,
        evidence: [
          citeField(ingress, route.path),
          citeAbsent(snapshot, { kind: 'Service', namespace, name: service }),
          ...told(snapshot, ingress, service),
          ...edits(snapshot, ingress),
        ],
        affects: effect ? [] : [target],
        remediation: [
          edit(
            'patch-ingress',
            'R2',
            `Point ${formatSubject(subject)} to ${close ?? 'an existing Service'}, or restore Service ${service}`,
          ),
        ],
      },
    ];
  });
}

function missingPorts(snapshot: Snapshot, ingress: Ingress, backends: readonly Backend[]): Finding[] {
  const subject = subjectOf(ingress);
  return backends.flatMap((backend) => {
    const service = snapshot.objects.get('Service', ingress.metadata.namespace, backend.service);
    const ports = service?.spec?.ports ?? [];
    // An alias forwards any port, and a Service read without its ports proves nothing.
    if (!service || service.spec?.type === 'ExternalName' || ports.length === 0 || backend.port === null) return [];
    if (
      ports.some(({ name, port }) => (typeof backend.port === 'string' ? name === backend.port : port === backend.port))
    )
      return [];
    const offered = ports
      .map(({ name, port }) => (typeof backend.port === 'string' ? `\`${name ?? ''}\`` : String(port)))
      .join(', ');
    return [
      {
        ...base(snapshot, ingress),
        code: 'ingress/backend-port-missing',
        strength: 0.95,
        statement: `${formatSubject(subject)} routes ${routeName(backend)} to port \`${backend.port}\` of ${formatSubject(subjectOf(service))}, which offers ${offered}`,
        evidence: [
          citeField(ingress, backend.path),
          citeField(service, 'spec.ports'),
          ...told(snapshot, ingress, backend.service),
          ...edits(snapshot, ingress),
        ],
        affects: [subjectOf(service)],
        remediation: [
          edit(
            'patch-ingress',
            'R2',
            `Set the backend port of ${formatSubject(subject)} to one ${formatSubject(subjectOf(service))} offers`,
          ),
        ],
      },
    ];
  });
}

function missingSecrets(snapshot: Snapshot, ingress: Ingress): Finding[] {
  const { namespace, annotations } = ingress.metadata;
  const subject = subjectOf(ingress);
  const names = new Set((ingress.spec?.tls ?? []).flatMap(({ secretName }) => (secretName ? [secretName] : [])));
  // A certificate controller makes the Secret: that it is missing is then the certificate's story.
  const issued = Object.keys(annotations ?? {}).some(
    (key) => key.startsWith('cert-manager.io/') || key === 'kubernetes.io/tls-acme',
  );
  return [...names].flatMap((name) => {
    if (snapshot.objects.existence('Secret', namespace, name) !== 'absent') return [];
    const close = nearMiss(name, snapshot.objects.names('Secret', namespace));
    return [
      {
        ...base(snapshot, ingress),
        code: 'ingress/tls-secret-missing',
        strength: issued ? 0.5 : 0.85,
        statement: `${formatSubject(subject)} takes its certificate from Secret \`${name}\`, which does not exist${close ? `; \`${close}\` does` : ''}, so clients get a certificate they do not trust`,
        evidence: [
          citeField(ingress, 'spec.tls'),
          citeAbsent(snapshot, { kind: 'Secret', namespace, name }),
          ...told(snapshot, ingress, name),
          ...edits(snapshot, ingress),
        ],
        remediation: [
          edit(
            'restore-secret',
            'R2',
            `Restore Secret ${name}, or point ${formatSubject(subject)} to ${close ?? 'an existing one'}`,
          ),
        ],
      },
    ];
  });
}

function base(snapshot: Snapshot, ingress: Ingress) {
  const edited = recentEdit(snapshot, subjectOf(ingress), isRouting);
  return {
    subject: subjectOf(ingress),
    category: 'ingress-backend-missing',
    role: 'cause',
    layer: 'state',
    ...(edited ? { change: edited.id, since: edited.time } : {}),
  } as const;
}

function edits(snapshot: Snapshot, ingress: Ingress): readonly Evidence[] {
  const edited = recentEdit(snapshot, subjectOf(ingress), isRouting);
  return edited ? [citeChange(edited)] : [];
}

function isRouting(path: string): boolean {
  return /^spec\.(rules|defaultBackend|tls)/.test(path);
}

/** What the controller said about it, in an event on the Ingress. */
function told(snapshot: Snapshot, ingress: Ingress, name: string): readonly Evidence[] {
  const event = snapshot.events
    .of(subjectOf(ingress))
    .findLast(({ type, message, stale }) => type === 'Warning' && !stale && message.includes(name));
  return event ? [citeEvent(event)] : [];
}

function routeName({ host, route }: Backend): string {
  return route === null ? 'everything else' : `\`${route}\`${host ? ` of \`${host}\`` : ''}`;
}
