import { type Subject, sameSubject } from '@headwater/core/subject.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';

/**
 * Whether this diagnosis is about a subject: `named` when an alert or the question names it, `scan` when nothing was asked and
 * everything is looked at, null when it is about something else. What is often set on purpose (a suspended CronJob) or left
 * behind (a Job that failed last week) is a fault only when somebody misses it.
 */
export function askedAbout(snapshot: Snapshot, subject: Subject): 'named' | 'scan' | null {
  const firing = snapshot.alerts.filter(({ status }) => status === 'firing');
  const subjects = snapshot.subjects ?? [];
  if (subjects.some((one) => sameSubject(one, subject)) || snapshot.question?.includes(subject.name)) return 'named';
  if (firing.some(({ labels }) => namesSubject(labels, subject))) return 'named';
  return firing.length === 0 && subjects.length === 0 && !snapshot.question ? 'scan' : null;
}

// A Job of a CronJob bears its name with a suffix.
function namesSubject(labels: Readonly<Record<string, string>>, subject: Subject): boolean {
  if ((labels['namespace'] ?? subject.namespace) !== subject.namespace) return false;
  return Object.values(labels).some((value) => value === subject.name || value.startsWith(`${subject.name}-`));
}
