import type { Finding } from '../../finding.ts';
import type { Subject } from '@headwater/core/subject.ts';

/** What every finding of this analyzer has in common. */
export function base(
  code: string,
  subject: Subject,
): Pick<Finding, 'code' | 'subject' | 'category' | 'role' | 'layer' | 'remediation'> {
  return {
    code,
    subject,
    category: 'crd-missing',
    role: 'cause',
    layer: 'control-plane',
    remediation: [
      {
        action: 'none',
        risk: 'R3',
        statement: 'Install the definition in the version that is asked for, or upgrade what asks for it',
        preconditions: ['The definition and its operator belong to one release'],
        undo: 'Restore the former version',
      },
    ],
  };
}
