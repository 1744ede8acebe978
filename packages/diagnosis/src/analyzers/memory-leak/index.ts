import { formatSubject, type Subject, subjectKey } from '@headwater/core/subject.ts';
import { parseQuantity } from '@headwater/core/kube/quantity.ts';
import { formatDuration, HOUR } from '@headwater/core/time.ts';
import { citeAlert } from '../../evidence/cite.ts';
import { citeSignal } from '../../evidence/cite-metrics.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import type { Signal } from '../../metrics/signal.ts';
import type { Alert } from '../../snapshot/input.ts';
import { signalsOf } from '../../metrics/signals.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { limitsOf, unlimited } from '../_shared/limits.ts';
import { firingAlerts } from '../_shared/firing-alerts.ts';
import { hasMoreLoad } from '../_shared/node-hogs.ts';
import { previousRevision } from '../_shared/previous-revision.ts';
import { rollback } from '../_shared/remedies.ts';
import { fullWords, lastOf } from '../_shared/shift-words.ts';
import { type Climb, climbToLimit, lastClimb } from './climbs.ts';

const CODE = 'memory/leak';
// How soon the limit is reached for a climb to matter now.
const HORIZON = HOUR;

/** Workloads whose memory grows steadily towards their limit at unchanged load. */
export const analyzer: Analyzer = {
  name: 'memory-leak',
  codes: {
    [CODE]: 'Memory grows in a straight line towards the limit, once or again after each kill, while load is flat.',
  },
  reads: ['metrics', 'alerts', 'Pod', 'Deployment', 'StatefulSet', 'DaemonSet'],
  analyze(snapshot) {
    const found = new Map<string, Finding>();
    for (const signal of candidates(snapshot)) {
      const root = snapshot.owners.root(signal.subject);
      const finding = found.has(subjectKey(root)) ? null : judge(snapshot, signal, root);
      if (finding) found.set(subjectKey(root), finding);
    }
    return [...found.values()];
  },
};

/** Pods where series are of Pods, else workloads: the sum over replicas hides when each of them restarts. */
function candidates(snapshot: Snapshot): readonly Signal[] {
  const pods = signalsOf(snapshot).pods('memory');
  const covered = new Set(pods.map(({ subject }) => subjectKey(snapshot.owners.root(subject))));
  return [
    ...pods,
    ...signalsOf(snapshot)
      .all('memory')
      .filter(({ subject }) => !covered.has(subjectKey(subject))),
  ];
}

function judge(snapshot: Snapshot, signal: Signal, root: Subject): Finding | null {
  const limit = limitOf(snapshot, signal, root);
  if (!limit || hasMoreLoad(snapshot, root)) return null;
  const foretold = foretelling(snapshot, signal);
  const leak = leakOf(snapshot, { signal, root, limit: limit.amount, foretold: foretold !== undefined });
  if (!leak) return null;
  const rate = signalsOf(snapshot).of('request-rate', root);
  return {
    code: CODE,
    subject: root,
    category: 'memory-leak',
    role: 'cause',
    layer: 'state',
    strength: rate ? 0.85 : 0.78,
    statement:
      `the memory of ${containerOf(foretold)}${formatSubject(signal.subject)} grows steadily, now ${lastOf(signal)}${limit.words ? ` of a limit of ${limit.words}` : ''}, ` +
      `and ${leak.says}${fullWords(signal, limit.amount)}${rate ? `; its load is flat at ${lastOf(rate)}` : ''}`,
    evidence: [
      citeSignal(signal, { full: limit.amount }),
      ...limit.evidence,
      ...(foretold ? [citeAlert(foretold)] : []),
      ...(rate ? [citeSignal(rate)] : []),
    ],
    ...(signal.subject.kind === 'Pod' ? { aliases: [signal.subject] } : {}),
    since: leak.climb.first[0],
    ruledOut: rate
      ? [
          {
            category: 'traffic-surge',
            statement: `its request rate has not risen and is ${lastOf(rate)}`,
            evidence: [citeSignal(rate)],
          },
        ]
      : [],
    remediation: [
      {
        action: 'restart',
        risk: 'R1',
        statement: `Restart ${formatSubject(root)} to gain ${formatDuration(leak.climb.span)} or more`,
        preconditions: ['More than one replica, or a pause is acceptable'],
        undo: 'None needed',
      },
      ...rollback(root),
    ],
  };
}

interface Leak {
  readonly climb: Climb;
  readonly says: string;
}

// A rule that looks ahead has watched the climb too, so that less of it must be seen here.
function foretelling(snapshot: Snapshot, { subject }: Signal): Alert | undefined {
  if (subject.kind !== 'Pod') return undefined;
  return firingAlerts(snapshot, /mem.*(?:predict|exhaust|leak|growth|forecast|runway)|predict.*mem/i).find(
    ({ labels }) => labels['pod'] === subject.name && labels['namespace'] === subject.namespace,
  );
}

function containerOf(alert: Alert | undefined): string {
  const name = alert?.labels['container'];
  return name ? `container \`${name}\` of ` : '';
}

function leakOf(
  snapshot: Snapshot,
  { signal, root, limit, foretold }: { signal: Signal; root: Subject; limit: number; foretold: boolean },
): Leak | null {
  const climb = lastClimb(signal.samples, foretold);
  if (climb) {
    const left = (limit - climb.last[1]) / climb.slope;
    const soon = left <= 0 ? 'has reached its limit at this pace' : 'reaches its limit within the hour at this pace';
    if (left <= HORIZON) return { climb, says: soon };
  }
  // Who was given less than before need not grow to be killed.
  const ended = wasLowered(snapshot, root) ? null : climbToLimit(signal.samples, limit);
  return ended ? { climb: ended, says: 'has climbed to its limit before and started again from the bottom' } : null;
}

function wasLowered(snapshot: Snapshot, root: Subject): boolean {
  const former = previousRevision(snapshot, root)?.spec?.template?.spec?.containers ?? [];
  return limitsOf(snapshot, root, 'memory').some(({ container, amount }) =>
    former.some(
      ({ name, resources }) => name === container && (parseQuantity(resources?.limits?.['memory']) ?? 0) > amount,
    ),
  );
}

interface KnownLimit {
  /** Bytes. */
  readonly amount: number;
  /** As the evidence says it; null when it is a sum that no single citation shows. */
  readonly words: string | null;
  readonly evidence: Finding['evidence'];
}

/** The memory limit of what a signal measures; null when a container has none or nothing says. */
function limitOf(snapshot: Snapshot, { subject }: Signal, root: Subject): KnownLimit | null {
  const measured = signalsOf(snapshot).of('memory-limit', subject);
  const amount = measured?.samples.at(-1)?.[1];
  if (measured && amount) return { amount, words: lastOf(measured), evidence: [citeSignal(measured)] };
  const limits = limitsOf(snapshot, root, 'memory');
  if (limits.length === 0 || unlimited(snapshot, root, 'memory').length > 0) return null;
  const replicas = subject.kind === 'Pod' ? 1 : Math.max(1, snapshot.owners.pods(subject).length);
  const total = limits.reduce((sum, limit) => sum + limit.amount, 0) * replicas;
  const only = limits.length === 1 && replicas === 1 ? limits[0] : undefined;
  return { amount: total, words: only?.value ?? null, evidence: limits.map(({ evidence }) => evidence) };
}
