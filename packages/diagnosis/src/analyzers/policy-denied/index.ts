import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { formatSubject, subjectKey } from '@headwater/core/subject.ts';
import { citeField } from '../../evidence/cite.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { quote } from '../_shared/quote.ts';
import { type RefusedCreate, refusalsByRoot, refusedCreates } from '../_shared/refused-creates.ts';
import { rollback } from '../_shared/remedies.ts';
import { denialIn, type Denial } from './denial.ts';

/** Workloads whose Pods a policy refuses. */
export const analyzer: Analyzer = {
  name: 'policy-denied',
  codes: {
    'policy/pod-security': 'The Pod Security level of the Namespace refuses the Pods of a workload.',
    'policy/webhook-denied': 'A policy engine behind an admission webhook refuses the Pods of a workload.',
    'policy/admission-policy': 'A ValidatingAdmissionPolicy refuses the Pods of a workload.',
    'policy/security-context-constraint':
      'No security context constraint or pod security policy admits the Pods of a workload.',
  },
  reads: [
    'ReplicaSet',
    'StatefulSet',
    'DaemonSet',
    'Job',
    'Deployment',
    'Event',
    'Namespace',
    'ValidatingWebhookConfiguration',
    'ClusterPolicy',
  ],
  analyze(snapshot) {
    const denied = refusedCreates(snapshot).flatMap((refused) => {
      const denial = denialIn(snapshot, refused);
      return denial ? [{ ...refused, denial }] : [];
    });
    const groups = Map.groupBy(
      denied,
      ({ denial }) => `${denial.code} ${denial.policy} ${denial.actor ? subjectKey(denial.actor) : ''}`,
    );
    return [...groups.keys()].sort().flatMap((key) => report(snapshot, groups.get(key) ?? []));
  },
};

type Denied = RefusedCreate & { readonly denial: Denial };

function report(snapshot: Snapshot, denied: readonly Denied[]): Finding[] {
  const roots = refusalsByRoot(denied).map(([first]) => first as Denied);
  const [first] = roots;
  if (!first) return [];
  const { denial, root } = first;
  // Several workloads refused by one policy point at the policy; one alone is what does not comply.
  const subject = roots.length > 1 && denial.actor ? denial.actor : root;
  const why = quote(denial.reason);
  const others = roots.length > 1 ? ' and other workloads' : '';
  return [
    {
      code: denial.code,
      subject,
      category: 'policy-denied',
      role: 'cause',
      layer: 'admission',
      strength: 0.95,
      statement: `${denial.who} refuses the Pods of ${formatSubject(root)}${others}${why === '' ? '' : `: ${why}`}`,
      evidence: [...first.evidence, ...citeActor(snapshot, denial)],
      ...(denial.actor && subject !== denial.actor ? { actor: denial.actor } : {}),
      aliases: subject === root ? [subjectOf(first.controller)] : [],
      affects: roots.length > 1 ? roots.map((each) => each.root) : [],
      since: first.since,
      remediation: [
        ...(roots.length > 1 ? [] : rollback(root)),
        {
          action: 'none',
          risk: 'R3',
          statement: `Make ${formatSubject(root)} comply; a policy is relaxed only by its owners`,
          preconditions: [],
          undo: 'Restore the policy',
        },
      ],
    },
  ];
}

function citeActor(snapshot: Snapshot, { actor, code }: Denial): Evidence[] {
  const object = actor && snapshot.objects.find(actor);
  if (!object) return [];
  return [
    citeField(
      object,
      code === 'policy/pod-security' ? "metadata.labels['pod-security.kubernetes.io/enforce']" : 'metadata.name',
    ),
  ];
}
