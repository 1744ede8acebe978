import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import type { ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import { formatSubject, type Subject, subjectKey } from '@headwater/core/subject.ts';
import { DAY, MINUTE, parseTime, SECOND } from '@headwater/core/time.ts';
import { citeSeries } from '../../evidence/cite-metrics.ts';
import { citeAlert, citeField } from '../../evidence/cite.ts';
import type { Finding } from '../../finding.ts';
import { placeOf } from '../../metrics/label-subjects.ts';
import { namesOf } from '../../metrics/names.ts';
import type { Alert, Series } from '../../snapshot/input.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { alertedNode, firingAlerts } from '../_shared/firing-alerts.ts';
import { ageOf } from '../_shared/freshness.ts';
import { isNodeDown } from '../_shared/node-pods.ts';
import { type NodeRequest, nodeNameOf } from '../_shared/node-requests.ts';

export const NOT_RENEWED = 'certificate/kubelet-not-renewed';

const USES = {
  client: { signer: 'kubernetes.io/kube-apiserver-client-kubelet', alert: /^KubeletClientCertificate/ },
  server: { signer: 'kubernetes.io/kubelet-serving', alert: /^KubeletServerCertificate/ },
} as const;
type Use = keyof typeof USES;

// A kubelet asks for the next certificate when a tenth to a third of the present one's life is left, and retries at once.
const DUE = 7 * DAY;
const PATIENCE = 5 * MINUTE;

/** Kubelets whose certificate runs out soon and is not being renewed; Nodes that are already lost are reported elsewhere. */
export function kubeletExpiry(snapshot: Snapshot): Finding[] {
  const nodes = snapshot.objects.list('Node').filter((node) => !isNodeDown(node));
  return nodes.flatMap((node) => [judge(snapshot, node, 'client'), judge(snapshot, node, 'server')].flat());
}

interface Sight {
  readonly requests: readonly NodeRequest[];
  readonly alert: Alert | undefined;
  /** The seconds that are left by the kubelet's own account. */
  readonly ttl: Series | undefined;
}

function judge(snapshot: Snapshot, node: ObjectOf<'Node'>, use: Use): Finding[] {
  const subject = subjectOf(node);
  const sight: Sight = {
    requests: undecided(snapshot, node.metadata.name, use),
    alert: firingAlerts(snapshot, USES[use].alert).find((alert) => isAbout(alertedNode(snapshot, alert), subject)),
    ttl: snapshot.metrics
      .find(`kubelet_certificate_manager_${use}_ttl_seconds`)
      .find(({ labels }) => isAbout(placeOf(labels, 'node', namesOf(snapshot))?.subject ?? null, subject)),
  };
  const left = sight.ttl?.samples.at(-1)?.[1];
  if (left !== undefined && left * SECOND > DUE) return [];
  // Serving requests wait for ever in many healthy clusters, and short-lived certificates are always about to end.
  const told = sight.alert !== undefined && (left !== undefined || sight.requests.length > 0);
  const due = left !== undefined && left * SECOND < DAY && sight.requests.length > 0;
  return told || due ? [report(subject, use, sight)] : [];
}

function report(subject: Subject, use: Use, { requests, alert, ttl }: Sight): Finding {
  const [request] = requests;
  const evidence: Evidence[] = [
    ...(ttl ? [citeSeries(ttl)] : []),
    ...(request ? [citeField(request, 'spec.signerName'), citeField(request, 'spec.username')] : []),
    ...(alert ? [citeAlert(alert)] : []),
  ];
  const kind = use === 'client' ? 'client' : 'serving';
  const wait = request ? `: ${formatSubject(subjectOf(request))} was neither approved nor denied` : '';
  return {
    code: NOT_RENEWED,
    subject,
    category: 'certificate-expired',
    role: 'cause',
    layer: 'node',
    strength: request && ttl ? 0.9 : 0.8,
    statement: `The ${kind} certificate of the kubelet of ${formatSubject(subject)} runs out and is not renewed${wait}`,
    evidence,
    aliases: requests.slice(0, 5).map(subjectOf),
    since: parseTime(request?.metadata.creationTimestamp),
    remediation: [
      {
        action: 'approve-csr',
        risk: 'R3',
        statement: request
          ? 'Approve the request after checking that the Node made it, and mend what should have approved it'
          : 'See why the kubelet does not renew its certificate, and restart it before the present one ends',
        preconditions: ['The requester is the Node it names'],
        undo: 'None',
      },
    ],
  };
}

function undecided(snapshot: Snapshot, node: string, use: Use): readonly NodeRequest[] {
  return snapshot.objects.list('CertificateSigningRequest').filter((request) => {
    if (request.spec?.signerName !== USES[use].signer || nodeNameOf(request) !== node) return false;
    const age = ageOf(snapshot, request.metadata.creationTimestamp);
    return (request.status?.conditions ?? []).length === 0 && age !== null && age > PATIENCE;
  });
}

function isAbout(found: Subject | null, subject: Subject): boolean {
  return found !== null && subjectKey(found) === subjectKey(subject);
}
