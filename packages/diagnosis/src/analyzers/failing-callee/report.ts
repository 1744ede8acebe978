import type { Subject } from '@headwater/core/subject.ts';
import type { Finding } from '../../finding.ts';

export const ORIGIN = 'failure/origin';
export const CALLER = 'failure/failing-callee';

type Base = Pick<Finding, 'code' | 'subject' | 'category' | 'role' | 'layer'>;

/** A workload in which errors begin. */
export function originBase(subject: Subject): Base {
  return { code: ORIGIN, subject, category: 'dependency-failing', role: 'cause', layer: 'dependency' };
}

/** A workload that fails because of others. */
export function symptom(
  subject: Subject,
  blames: readonly (Subject | null)[],
): Base & Pick<Finding, 'strength' | 'blames'> {
  return {
    code: CALLER,
    subject,
    category: 'dependency-failing',
    role: 'symptom',
    layer: 'dependency',
    strength: 0.5,
    blames: blames.flatMap((blamed) => blamed ?? []),
  };
}
