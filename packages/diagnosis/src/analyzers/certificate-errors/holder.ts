import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';
import { formatSubject, type Subject } from '@headwater/core/subject.ts';
import { citeField } from '../../evidence/cite.ts';
import { readField } from '../../snapshot/field.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import type { TemplateView } from '../../topology/templates.ts';
import { certificateOfService } from '../_shared/certificates.ts';
import { workloadsBehind, serviceAt } from '../_shared/dependencies.ts';

/** Where the certificate that was refused comes from. */
export interface Holder {
  /** The object to renew: a Certificate, its Secret, else what serves it. */
  readonly subject: Subject;
  readonly aliases: readonly Subject[];
  readonly words: string;
  readonly evidence: readonly Evidence[];
}

/** What holds the certificate of a host inside the cluster; null when the host is none of its own. */
export function holderOfHost(snapshot: Snapshot, host: string, namespace: string): Holder | null {
  const routed = ingressSecret(snapshot, host);
  if (routed) return routed;
  const service = serviceAt(snapshot, host, namespace);
  if (!service) return null;
  const behind = workloadsBehind(snapshot, service);
  const holder = behind.flatMap((workload) => holderOfWorkload(snapshot, workload) ?? [])[0];
  const self = subjectOf(service);
  if (holder) return { ...holder, aliases: [...holder.aliases, self] };
  const certificate = certificateOfService(snapshot, service);
  if (certificate) {
    return {
      subject: subjectOf(certificate),
      aliases: [self, ...behind],
      words: `made by ${formatSubject(subjectOf(certificate))}`,
      evidence: [citeField(certificate, 'spec.dnsNames')],
    };
  }
  const [workload] = behind;
  return {
    subject: workload ?? self,
    aliases: workload ? [self] : [],
    words: `served by ${formatSubject(workload ?? self)}`,
    evidence: [citeField(service, 'spec.ports')],
  };
}

/** The Secret (or the Certificate that makes it) that a workload mounts as its certificate; null when none or several could be. */
export function holderOfWorkload(snapshot: Snapshot, workload: Subject): Holder | null {
  for (const view of snapshot.topology.templates.ofComponent(workload)) {
    const found = tlsVolume(snapshot, view);
    if (!found) continue;
    const holder = ofSecret(snapshot, view.namespace, found.secret);
    return {
      ...holder,
      aliases: [...holder.aliases, workload],
      evidence: [
        ...holder.evidence,
        citeField(view.object, `${view.path}.volumes[name=${found.volume}].secret.secretName`),
      ],
    };
  }
  return null;
}

function tlsVolume(snapshot: Snapshot, { spec, namespace }: TemplateView): { volume: string; secret: string } | null {
  const found = (spec.volumes ?? []).flatMap(({ name, secret }) => {
    const secretName = secret?.secretName;
    if (!secretName) return [];
    const type = snapshot.objects.get('Secret', namespace, secretName)?.type;
    return type === 'kubernetes.io/tls' || (type == null && /tls|cert/i.test(secretName))
      ? [{ volume: name, secret: secretName }]
      : [];
  });
  const [only] = found;
  return only && found.length === 1 ? only : null;
}

function ingressSecret(snapshot: Snapshot, host: string): Holder | null {
  for (const ingress of snapshot.objects.list('Ingress')) {
    const entry = (ingress.spec?.tls ?? []).find(({ hosts }) => hosts?.includes(host));
    if (!entry?.secretName) continue;
    const holder = ofSecret(snapshot, ingress.metadata.namespace ?? '', entry.secretName);
    return {
      ...holder,
      aliases: [...holder.aliases, subjectOf(ingress)],
      evidence: [...holder.evidence, citeField(ingress, 'spec.tls')],
    };
  }
  return null;
}

function ofSecret(snapshot: Snapshot, namespace: string, name: string): Holder {
  const secret: Subject = { kind: 'Secret', namespace, name };
  const certificate = snapshot.objects
    .list('Certificate', namespace)
    .find((object: KubeObject) => readField(object, 'spec.secretName') === name);
  if (!certificate) return { subject: secret, aliases: [], words: `held by ${formatSubject(secret)}`, evidence: [] };
  const subject = subjectOf(certificate);
  return {
    subject,
    aliases: [secret],
    words: `made by ${formatSubject(subject)}`,
    evidence: [citeField(certificate, 'spec.secretName')],
  };
}
