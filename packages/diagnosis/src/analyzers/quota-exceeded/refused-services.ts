import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import type { ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import { formatSubject, type Subject, subjectKey } from '@headwater/core/subject.ts';
import { citeAbsent, citeField } from '../../evidence/cite.ts';
import type { Finding } from '../../finding.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { configuredAddresses } from '../../topology/configured-addresses.ts';
import { resolveHost } from '../../topology/dns-names.ts';
import { serviceCharge } from '../../topology/quota.ts';
import { perSnapshot } from '../../snapshot/per-snapshot.ts';
import { describeLine, reportQuota } from '../_shared/quota-report.ts';
import { citeQuotaLine, refusingQuotas } from '../_shared/quota-state.ts';

/** A Service that something refers to and that does not exist. */
interface WantedService {
  readonly name: string;
  readonly evidence: Evidence;
  readonly by: Subject;
  /** The workload that has its name and no Service. */
  readonly workload: Subject | null;
}

/** Quotas on the number of Services that are used up while a Service is missing; the API server leaves no event about that. */
export function findRefusedServices(snapshot: Snapshot): readonly Finding[] {
  const namespaces = new Set(snapshot.objects.list('ResourceQuota').map(({ metadata }) => metadata.namespace ?? ''));
  return [...namespaces].flatMap((namespace) => {
    const [refusing] = refusingQuotas(snapshot, namespace, serviceCharge());
    const [line] = refusing?.breaches ?? [];
    if (!refusing || !line || !snapshot.objects.knows('Service', namespace)) return [];
    const wanted = wantedServices(snapshot, namespace);
    const owned = wanted.filter(({ workload }) => workload !== null);
    const named = owned.length > 0 ? owned : wanted;
    const [first] = named;
    if (!first) return unserved(snapshot, { namespace, quota: refusing.quota, resource: line.resource });
    const names = [...new Set(named.map(({ name }) => name))].slice(0, 3);
    return [
      reportQuota(namespace, subjectOf(refusing.quota), {
        code: 'quota/no-room-for-service',
        // A name nobody runs may be an optional feature that was never deployed.
        strength: owned.length > 0 ? 0.92 : 0.65,
        statement: `${formatSubject(subjectOf(refusing.quota))} has \`${line.resource}\` used up, ${describeLine(refusing.quota, line.resource)}, and Service ${names.map((name) => `\`${name}\``).join(', ')}, which ${formatSubject(first.by)} refers to, does not exist`,
        evidence: [
          ...citeQuotaLine(refusing.quota, line.resource),
          ...names.map((name) => citeAbsent(snapshot, { kind: 'Service', namespace, name })),
          first.evidence,
        ],
        affects: affected(namespace, named),
      }),
    ];
  });
}

function affected(namespace: string, wanted: readonly WantedService[]): readonly Subject[] {
  const all = wanted.flatMap(({ name, workload }) => [
    { apiVersion: 'v1', kind: 'Service', namespace, name },
    ...(workload ? [workload] : []),
  ]);
  return [...new Map(all.map((subject) => [subjectKey(subject), subject])).values()].slice(0, 20);
}

interface Reference {
  readonly name: string;
  readonly by: Subject;
  readonly cite: () => Evidence;
}

/** References to Services that were not read, by the namespace they point into; one pass over all templates. */
const danglingReferences = perSnapshot((snapshot) => {
  const byNamespace = new Map<string, Reference[]>();
  for (const view of snapshot.topology.templates.list()) {
    for (const { host, certain, path } of configuredAddresses(view)) {
      const target = certain ? resolveHost(snapshot, host, view.namespace) : null;
      if (!target || target.exists) continue;
      const list = byNamespace.get(target.namespace) ?? [];
      byNamespace.set(target.namespace, list);
      list.push({ name: target.name, by: view.component, cite: () => citeField(view.object, path) });
    }
  }
  return byNamespace;
});

function wantedServices(snapshot: Snapshot, namespace: string): readonly WantedService[] {
  const found = new Map<string, WantedService>();
  const note = ({ name, by, cite }: Reference): void => {
    if (found.has(name) || snapshot.objects.existence('Service', namespace, name) !== 'absent') return;
    found.set(name, { name, by, evidence: cite(), workload: unservedWorkload(snapshot, namespace, name) });
  };
  for (const reference of danglingReferences(snapshot).get(namespace) ?? []) note(reference);
  for (const ingress of snapshot.objects.list('Ingress', namespace)) {
    for (const { name, path } of backendsOf(ingress))
      note({ name, by: subjectOf(ingress), cite: () => citeField(ingress, path) });
  }
  for (const set of snapshot.objects.list('StatefulSet', namespace)) {
    if (set.spec?.serviceName)
      note({ name: set.spec.serviceName, by: subjectOf(set), cite: () => citeField(set, 'spec.serviceName') });
  }
  return [...found.values()];
}

function backendsOf(ingress: ObjectOf<'Ingress'>): readonly { name: string; path: string }[] {
  return (ingress.spec?.rules ?? []).flatMap(({ http }, rule) =>
    (http?.paths ?? []).flatMap(({ backend }, position) => {
      const name = backend?.service?.name;
      return name ? [{ name, path: `spec.rules[${rule}].http.paths[${position}].backend.service.name` }] : [];
    }),
  );
}

/** The workload that a missing Service was for: it bears the name and nothing selects its Pods. */
function unservedWorkload(snapshot: Snapshot, namespace: string, name: string): Subject | null {
  const view = snapshot.topology.templates.list(namespace).find(({ component, labels }) => {
    const names = [component.name, labels['app'], labels['app.kubernetes.io/name'], labels['k8s-app']];
    return names.includes(name) && !isServed(snapshot, namespace, labels);
  });
  return view?.component ?? null;
}

function isServed(snapshot: Snapshot, namespace: string, labels: Readonly<Record<string, string>>): boolean {
  return snapshot.objects.list('Service', namespace).some(({ spec }) => {
    const selector = Object.entries(spec?.selector ?? {});
    return selector.length > 0 && selector.every(([key, value]) => labels[key] === value);
  });
}

// Nothing names a missing Service, but one workload that listens on a port has none while its neighbours have.
function unserved(
  snapshot: Snapshot,
  {
    namespace,
    quota,
    resource,
  }: { namespace: string; quota: ReturnType<typeof refusingQuotas>[number]['quota']; resource: string },
): Finding[] {
  const views = snapshot.topology.templates
    .list(namespace)
    .filter(
      ({ spec, component }) =>
        component.kind !== 'CronJob' &&
        component.kind !== 'Job' &&
        (spec.containers ?? []).some(({ ports }) => (ports ?? []).length > 0),
    );
  const without = views.filter(({ labels }) => !isServed(snapshot, namespace, labels));
  const [view] = without;
  if (!view || without.length * 4 > views.length) return [];
  return [
    reportQuota(namespace, subjectOf(quota), {
      code: 'quota/no-room-for-service',
      strength: 0.55,
      statement: `${formatSubject(subjectOf(quota))} has \`${resource}\` used up, ${describeLine(quota, resource)}, and no Service selects the Pods of ${formatSubject(view.component)}, which listen on a port`,
      evidence: [
        ...citeQuotaLine(quota, resource),
        citeField(view.object, view.path.replace(/\.?spec$/, '.metadata.labels').replace(/^\./, '')),
      ],
      affects: [view.component],
    }),
  ];
}
