import { formatSubject, sameSubject } from '@headwater/core/subject.ts';
import { citeShift } from '../../evidence/cite-metrics.ts';
import type { Finding } from '../../finding.ts';
import { activeShift, activeShifts } from '../../metrics/shifts.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { sinceWords, wordsOf } from '../_shared/shift-words.ts';

// Linux hands out 28,232 source ports by default (32768 to 60999) towards one address.
const NEARLY_ALL = 25_000;

/** Workloads that hold about as many sockets as there are source ports while their requests fail. */
export function portsByCount(snapshot: Snapshot, told: readonly Finding[]): Finding[] {
  return activeShifts(snapshot, 'sockets', 'up').flatMap((sockets): Finding[] => {
    const { subject } = sockets.signal;
    const peak = Math.max(...sockets.signal.samples.map(([, value]) => value));
    const failing = activeShift(snapshot, 'error-ratio', subject, 'up');
    if (peak < NEARLY_ALL || !failing || told.some((finding) => sameSubject(finding.subject, subject))) return [];
    return [
      {
        code: 'process/ephemeral-ports-exhausted',
        subject,
        category: 'resource-exhausted-in-process',
        role: 'cause',
        layer: 'saturation',
        strength: 0.8,
        statement: `${formatSubject(subject)} holds about as many sockets as there are source ports: ${wordsOf(sockets)} ${sinceWords(sockets)}; ${wordsOf(failing)}`,
        evidence: [citeShift(sockets), citeShift(failing)],
        since: sockets.onset,
        remediation: [
          {
            action: 'restart',
            risk: 'R1',
            statement: `Restart ${formatSubject(subject)} to free what it holds`,
            preconditions: ['Another replica serves meanwhile, or an interruption is accepted'],
            undo: 'None needed',
          },
        ],
      },
    ];
  });
}
