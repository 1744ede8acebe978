import { formatSubject, type Subject, subjectKey } from '@headwater/core/subject.ts';
import { formatDuration, HOUR, type Millis, MINUTE } from '@headwater/core/time.ts';
import { citeSignal } from '../../evidence/cite-metrics.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import type { Sample } from '../../metrics/onset.ts';
import type { Signal } from '../../metrics/signal.ts';
import { signalsOf } from '../../metrics/signals.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { limitsOf, unlimited } from '../_shared/limits.ts';
import { hasMoreLoad } from '../_shared/node-hogs.ts';
import { rollback } from '../_shared/remedies.ts';
import { lastOf } from '../_shared/shift-words.ts';
import { linearFit } from './linear-fit.ts';

const CODE = 'memory/leak';
const MIN_SPAN = 15 * MINUTE;
const MIN_SAMPLES = 15;
// How straight the line must be, how much must have been gained, and how soon the limit is reached for it to matter now.
const MIN_FIT = 0.9;
const MIN_GAIN = 0.25;
const HORIZON = HOUR;

/** Workloads whose memory grows steadily towards their limit at unchanged load. */
export const analyzer: Analyzer = {
  name: 'memory-leak',
  codes: { [CODE]: 'Memory grows in a straight line towards the limit while load is flat.' },
  reads: ['metrics', 'Pod', 'Deployment', 'StatefulSet', 'DaemonSet'],
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
  const climb = lastClimb(signal.samples);
  const limit = limitOf(snapshot, signal, root);
  if (!climb || !limit || hasMoreLoad(snapshot, root)) return null;
  const left = (limit.amount - climb.last) / climb.slope;
  if (left > HORIZON) return null;
  const rate = signalsOf(snapshot).of('request-rate', root);
  return {
    code: CODE,
    subject: root,
    category: 'memory-leak',
    role: 'cause',
    layer: 'state',
    strength: rate ? 0.85 : 0.78,
    statement:
      `the memory of ${formatSubject(signal.subject)} grows steadily, now ${lastOf(signal)}${limit.words ? ` of a limit of ${limit.words}` : ''}, ` +
      `and ${left <= 0 ? 'has reached' : 'reaches'} its limit${left <= 0 ? '' : ' within the hour'} at this pace${rate ? `; its load is flat at ${lastOf(rate)}` : ''}`,
    evidence: [citeSignal(signal), ...limit.evidence, ...(rate ? [citeSignal(rate)] : [])],
    ...(signal.subject.kind === 'Pod' ? { aliases: [signal.subject] } : {}),
    since: signal.samples.at(-climb.count)?.[0] ?? null,
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
        statement: `Restart ${formatSubject(root)} to gain ${formatDuration(climb.span)} or more`,
        preconditions: ['More than one replica, or a pause is acceptable'],
        undo: 'None needed',
      },
      ...rollback(root),
    ],
  };
}

interface Climb {
  /** Bytes per millisecond. */
  readonly slope: number;
  readonly last: number;
  readonly count: number;
  readonly span: Millis;
}

/** The straight climb since the last restart (a fall by half or more), when it is long, straight and high enough. */
function lastClimb(samples: readonly Sample[]): Climb | null {
  const fall = samples.findLastIndex(([, value], index) => index > 0 && value < (samples[index - 1]?.[1] ?? 0) / 2);
  const run = samples.slice(Math.max(0, fall));
  const [first, last] = [run[0], run.at(-1)];
  if (!first || !last || run.length < MIN_SAMPLES || last[0] - first[0] < MIN_SPAN) return null;
  const { slope, fit } = linearFit(run);
  const gain = slope * (last[0] - first[0]);
  if (slope <= 0 || fit < MIN_FIT || gain < first[1] * MIN_GAIN) return null;
  return { slope, last: last[1], count: run.length, span: last[0] - first[0] };
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
