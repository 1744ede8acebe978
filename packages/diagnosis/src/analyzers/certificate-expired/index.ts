import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';
import { formatSubject, type Subject } from '@headwater/core/subject.ts';
import { parseTime } from '@headwater/core/time.ts';
import { citeField } from '../../evidence/cite.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import { readField } from '../../snapshot/field.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { servicesOfCertificate } from '../_shared/certificates.ts';
import { groupOf, textAt } from '../_shared/conditions.ts';
import { workloadsBehind } from '../_shared/dependencies.ts';
import { isNodeDown } from '../_shared/node-pods.ts';
import { kubeletExpiry, NOT_RENEWED } from './kubelet-expiry.ts';
import { type NodeRequest, nodeNameOf, pendingNodeRequests } from '../_shared/node-requests.ts';

/** Certificates whose time is over, and Nodes whose new client certificate nobody approves. */
export const analyzer: Analyzer = {
  name: 'certificate-expired',
  codes: {
    'certificate/past-validity': 'A certificate is past its end of validity.',
    'certificate/node-request-pending':
      'The certificate request of a Node waits for approval; its kubelet cannot talk to the API server without it.',
    [NOT_RENEWED]: 'The certificate of a kubelet runs out soon and is not being renewed.',
  },
  reads: ['Certificate', 'CertificateSigningRequest', 'Node', 'metrics'],
  analyze(snapshot) {
    const expired = snapshot.objects.list('Certificate').filter((certificate) => isExpired(snapshot, certificate));
    const pending = pendingNodeRequests(snapshot);
    const nodes = Map.groupBy(pending, nodeNameOf);
    return [
      ...expired.map((certificate) => reportExpired(snapshot, certificate)),
      ...kubeletExpiry(snapshot),
      ...[...nodes.keys()].sort().flatMap((name) => reportNode(snapshot, name, nodes.get(name) ?? [])),
    ];
  },
};

function isExpired(snapshot: Snapshot, certificate: KubeObject): boolean {
  const end = parseTime(readField(certificate, 'status.notAfter'));
  return groupOf(certificate) === 'cert-manager.io' && end !== null && end < snapshot.now;
}

function reportExpired(snapshot: Snapshot, certificate: KubeObject): Finding {
  const subject = subjectOf(certificate);
  const secret = textAt(certificate, 'spec.secretName');
  const services = servicesOfCertificate(snapshot, certificate);
  return {
    code: 'certificate/past-validity',
    subject,
    category: 'certificate-expired',
    role: 'cause',
    layer: 'state',
    strength: 0.93,
    statement: `${formatSubject(subject)} expired at \`${textAt(certificate, 'status.notAfter')}\`${secret === '' ? '' : `; Secret \`${secret}\` still holds it`}`,
    evidence: [citeField(certificate, 'status.notAfter'), citeField(certificate, 'spec.secretName')],
    aliases: [...secretOf(subject, secret), ...services.map(subjectOf)],
    affects: services.flatMap((service) => workloadsBehind(snapshot, service)),
    since: parseTime(readField(certificate, 'status.notAfter')),
    remediation: [
      {
        action: 'renew-certificate',
        risk: 'R2',
        statement: `Renew ${formatSubject(subject)} and restart what read it at its start`,
        preconditions: ['Its issuer is ready'],
        undo: 'None needed',
      },
    ],
  };
}

function secretOf({ namespace }: Subject, name: string): Subject[] {
  return name === '' ? [] : [{ kind: 'Secret', ...(namespace ? { namespace } : {}), name }];
}

function reportNode(snapshot: Snapshot, name: string, requests: readonly NodeRequest[]): Finding[] {
  const [first] = requests;
  if (!first) return [];
  const node = snapshot.objects.get('Node', null, name);
  const down = isNodeDown(node);
  // A renewal that waits harms nobody until the old certificate ends.
  if (node && !down) return [];
  const subject: Subject = node ? subjectOf(node) : subjectOf(first);
  return [
    {
      code: 'certificate/node-request-pending',
      subject,
      category: 'certificate-expired',
      role: 'cause',
      layer: 'node',
      strength: down ? 0.92 : 0.6,
      statement: node
        ? `The kubelet of Node ${name} waits for a client certificate: its request was neither approved nor denied`
        : `${formatSubject(subject)} was neither approved nor denied, so its Node cannot join`,
      evidence: [
        citeField(first, 'spec.signerName'),
        citeField(first, 'spec.username'),
        citeField(first, 'status.conditions'),
        ...(node ? [citeField(node, 'status.conditions[type=Ready]')] : []),
      ],
      aliases: requests.slice(0, 5).map(subjectOf),
      since: parseTime(first.metadata.creationTimestamp),
      remediation: [
        {
          action: 'approve-csr',
          risk: 'R3',
          statement: 'Approve the request after checking that the Node made it',
          preconditions: ['The requester is the Node it names'],
          undo: 'None',
        },
      ],
    },
  ];
}
