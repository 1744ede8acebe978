import type { Remediation } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { formatSubject, type Subject } from '@headwater/core/subject.ts';

const REVISIONED = new Set(['Deployment', 'StatefulSet', 'DaemonSet']);

/** Going back to the revision before; empty for kinds that keep none. */
export function rollback(subject: Subject, risk: Remediation['risk'] = 'R2'): readonly Remediation[] {
  if (!REVISIONED.has(subject.kind)) return [];
  return [
    {
      action: 'rollout-undo',
      risk,
      statement: `Roll ${formatSubject(subject)} back to its previous revision`,
      preconditions: [
        'The previous revision ran without this fault',
        'The workload is not managed by GitOps; else revert the commit instead',
      ],
      undo: 'Roll forward to the current revision',
    },
  ];
}

/** A change to an object's spec, undone by restoring the value before. */
export function edit(
  action: string,
  risk: Remediation['risk'],
  statement: string,
  preconditions: readonly string[] = [],
): Remediation {
  return { action, risk, statement, preconditions: [...preconditions], undo: 'Restore the former value' };
}
