import { formatSubject, type Subject } from '@headwater/core/subject.ts';
import type { Change } from '../../changes/change.ts';
import { citeChange } from '../../evidence/cite.ts';
import { citeShift } from '../../evidence/cite-metrics.ts';
import type { Finding } from '../../finding.ts';
import { activeShift } from '../../metrics/shifts.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { rollback } from '../_shared/remedies.ts';
import { isInTrouble, listNearTrouble, troubleEvidence } from '../_shared/trouble.ts';

const LOGIN = /\.env\[name=\w*?(?:USER|USERNAME|PASSWORD|PASSWD|CREDENTIALS?)\](?:\.|$)/;

/**
 * Workloads whose last rollout changed nothing but a login, and that are in trouble since, where no log could be read: what
 * they would say is not known, what was changed is.
 */
export function unheardLogins(snapshot: Snapshot): Finding[] {
  return listNearTrouble(snapshot, 'Deployment').flatMap((object): Finding[] => {
    const subject = subjectOf(object);
    if (!isInTrouble(snapshot, subject) || isHeard(snapshot, subject)) return [];
    const change = snapshot.changes
      .of(subject)
      .findLast(
        ({ source, diff }) => source === 'rollout' && diff.some(({ path }) => path.startsWith('spec.template')),
      );
    return change && isLoginOnly(change) ? [report(snapshot, subject, change)] : [];
  });
}

function isHeard(snapshot: Snapshot, subject: Subject): boolean {
  return snapshot.owners
    .pods(subject)
    .some(({ metadata }) => snapshot.logs.ofPod(metadata.namespace ?? '', metadata.name).length > 0);
}

function isLoginOnly({ diff }: Change): boolean {
  return diff.length > 0 && diff.every(({ path }) => LOGIN.test(path));
}

function report(snapshot: Snapshot, subject: Subject, change: Change): Finding {
  const failing = activeShift(snapshot, 'error-ratio', subject, 'up');
  const [field] = change.diff;
  return {
    code: 'database/login-changed',
    subject,
    category: 'credentials-invalid',
    role: 'cause',
    layer: 'change',
    // What it says of it was not read.
    strength: 0.62,
    statement: `the last rollout of ${formatSubject(subject)} changed only its login (\`${field?.path}\`), and it is in trouble since`,
    evidence: [citeChange(change), ...troubleEvidence(snapshot, subject), ...(failing ? [citeShift(failing)] : [])],
    change: change.id,
    since: change.time,
    remediation: rollback(subject),
  };
}
