import { nearMiss } from '@headwater/core/near-miss.ts';
import { formatSubject, type Subject } from '@headwater/core/subject.ts';
import { citeAbsent, citeField } from '../../evidence/cite.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { type RefusedCreate, refusalsByRoot, refusedCreates } from '../_shared/refused-creates.ts';
import { edit, rollback } from '../_shared/remedies.ts';
import { replicaCounts } from '../_shared/replicas.ts';
import { unsettledOfAll } from '../_shared/unsettled-workloads.ts';
import { templateOf, templatePath } from '../_shared/workloads.ts';

const TEXT = /error looking up service account ([\w.-]+)\/([\w.-]+)|serviceaccounts? "([^"]+)" not found/i;

/** Workloads whose Pods are refused because their ServiceAccount does not exist. */
export const analyzer: Analyzer = {
  name: 'service-account-missing',
  codes: { 'rbac/service-account-missing': 'A workload gets no Pods because its ServiceAccount does not exist.' },
  reads: ['ServiceAccount', 'Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet', 'Job', 'Event'],
  analyze: (snapshot) => {
    const told = refusalsByRoot(refusedCreates(snapshot).filter(({ message }) => TEXT.test(message))).flatMap(
      ([refused]) => judgeRefusal(snapshot, refused),
    );
    const known = new Set(told.map(({ subject }) => formatSubject(subject)));
    return [...told, ...bySpec(snapshot).filter(({ subject }) => !known.has(formatSubject(subject)))];
  },
};

function judgeRefusal(snapshot: Snapshot, refused: RefusedCreate): Finding[] {
  const match = TEXT.exec(refused.message);
  const namespace = match?.[1] ?? refused.controller.metadata.namespace ?? '';
  const name = match?.[2] ?? match?.[3] ?? '';
  const existence = snapshot.objects.existence('ServiceAccount', namespace, name);
  // The account was made after its Pods were first tried: the next try succeeds.
  if (existence === 'present') return [];
  return [
    report(snapshot, refused.root, {
      namespace,
      name,
      evidence: refused.evidence,
      strength: existence === 'absent' ? 0.95 : 0.8,
      since: refused.since,
    }),
  ];
}

/** Workloads without any Pod whose account is absent, though nothing was written about it. */
function bySpec(snapshot: Snapshot): readonly Finding[] {
  return unsettledOfAll(snapshot).flatMap((workload) => {
    const namespace = workload.metadata.namespace ?? '';
    const name = accountOf(workload);
    const counts = replicaCounts(workload);
    if (
      !name ||
      !counts ||
      counts.wanted === 0 ||
      counts.ready > 0 ||
      snapshot.objects.existence('ServiceAccount', namespace, name) !== 'absent'
    )
      return [];
    const subject: Subject = {
      apiVersion: workload.apiVersion,
      kind: workload.kind,
      namespace,
      name: workload.metadata.name,
    };
    // Pods that exist were admitted while the account did.
    if (snapshot.owners.pods(subject).length > 0) return [];
    return [
      report(snapshot, subject, {
        namespace,
        name,
        evidence: [citeField(workload, counts.readyPath)],
        strength: 0.8,
        since: null,
      }),
    ];
  });
}

function accountOf(workload: Parameters<typeof templateOf>[0]): string | undefined {
  const spec = templateOf(workload)?.spec;
  return spec?.serviceAccountName ?? spec?.serviceAccount ?? undefined;
}

interface Missing extends Pick<Finding, 'evidence' | 'strength' | 'since'> {
  readonly namespace: string;
  readonly name: string;
}

function report(
  snapshot: Snapshot,
  subject: Subject,
  { namespace, name, evidence, strength, since }: Missing,
): Finding {
  const absent = snapshot.objects.existence('ServiceAccount', namespace, name) === 'absent';
  const near = absent ? nearMiss(name, snapshot.objects.names('ServiceAccount', namespace)) : null;
  const carrier = snapshot.objects.find(subject);
  const field =
    carrier && templateOf(carrier)?.spec?.serviceAccountName
      ? [citeField(carrier, `${templatePath(carrier)}.spec.serviceAccountName`)]
      : [];
  return {
    code: 'rbac/service-account-missing',
    subject,
    category: 'service-account-missing',
    role: 'cause',
    layer: 'admission',
    strength,
    statement: `${formatSubject(subject)} gets no Pods: its ServiceAccount \`${name}\` does not exist in namespace \`${namespace}\`${near ? `; \`${near}\` does` : ''}`,
    evidence: [
      ...field,
      ...(absent ? [citeAbsent(snapshot, { kind: 'ServiceAccount', namespace, name })] : []),
      ...evidence,
    ],
    aliases: [{ apiVersion: 'v1', kind: 'ServiceAccount', namespace, name }],
    since: since ?? null,
    remediation: [
      edit('restore-rbac', 'R1', `Create ServiceAccount \`${name}\`, or name one that exists`),
      ...rollback(subject, 'R1'),
    ],
  };
}
