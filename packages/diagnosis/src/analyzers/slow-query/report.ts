import { formatSubject, type Subject } from '@headwater/core/subject.ts';
import type { Finding } from '../../finding.ts';

/** What every finding of a slow query has in common. */
export function base(
  subject: Subject,
): Pick<Finding, 'code' | 'subject' | 'category' | 'role' | 'layer' | 'remediation'> {
  return {
    code: 'database/slow-query',
    subject,
    category: 'slow-query',
    role: 'cause',
    layer: 'dependency',
    remediation: [
      {
        action: 'end-session',
        risk: 'R3',
        statement: `End the blocking or longest running session of ${formatSubject(subject)}`,
        preconditions: ['A person has looked at what it does', 'Its transaction may be rolled back'],
        undo: 'None; the transaction is lost',
      },
      {
        action: 'none',
        risk: 'R0',
        statement: 'Have the statement and its indexes reviewed',
        preconditions: [],
        undo: 'None needed',
      },
    ],
  };
}
