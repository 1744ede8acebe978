import { formatSubject, sameSubject, type Subject, subjectKey } from '@headwater/core/subject.ts';
import { formatTime } from '@headwater/core/time.ts';
import { citeShift, citeSignal } from '../../evidence/cite-metrics.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import { slowWorkloads } from '../../metrics/latency-blame.ts';
import { activeShift, type Shift } from '../../metrics/shifts.ts';
import { signalsOf } from '../../metrics/signals.ts';
import type { SignalName } from '../../metrics/vocabulary.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { lastOf, sinceWords, wordsOf } from '../_shared/shift-words.ts';
import { callsUnmeasured } from '../_shared/unmeasured-calls.ts';
import { sharedSlowness, type SlowOrigin, slowOrigins } from '../_shared/slow-origins.ts';
import { networkShift, otherEnd, slowEnd } from './slow-edges.ts';

const DELAY = 'network/pod-delay';
const OWN = 'latency/own-time';
const CALLEE = 'latency/slow-callee';
const SHARED = 'latency/shared-callee';

/** Workloads that became slow on their own: by the network around them when they do not work more. */
export const analyzer: Analyzer = {
  name: 'pod-latency',
  codes: {
    [DELAY]: 'A workload became slower than what it calls explains, with normal CPU: its network is delayed.',
    [OWN]: 'A workload takes longer by itself and no signal says why.',
    [CALLEE]: 'A workload is slow because something it calls is.',
    [SHARED]: 'Several workloads became slow together that call the same unmeasured thing, and nobody else did.',
  },
  reads: ['metrics', 'traces', 'Deployment', 'Pod'],
  analyze(snapshot) {
    const origins = slowOrigins(snapshot);
    return [
      ...origins.flatMap((origin, place) => judge(snapshot, origin, place) ?? []),
      ...shared(snapshot, origins),
      ...symptoms(snapshot, origins),
    ];
  },
};

// Without edges between them several may be slow by themselves; the likelier origin comes first in the blame.
const PLACE_COST = 0.01;
const MOST_PLACES = 5;

function judge(snapshot: Snapshot, origin: SlowOrigin, place: number): Finding | null {
  if (origin.reason === 'network') {
    const finding = delayed(snapshot, origin);
    return { ...finding, strength: finding.strength - PLACE_COST * Math.min(place, MOST_PLACES) };
  }
  if (origin.reason === 'own-time' || origin.reason === 'cpu') return slowInside(origin);
  return null;
}

function delayed(snapshot: Snapshot, { slow }: SlowOrigin): Finding {
  const { subject, shift, slowestCallee } = slow;
  const gap = networkShift(snapshot, subject);
  const far = gap ? slowEnd(snapshot, gap) : null;
  if (gap && far && !sameSubject(far, subject)) return delayedAtCallee(snapshot, { slow, gap, far });
  const cpu = signalsOf(snapshot).of('cpu', subject);
  const callee = slowestCallee ? (signalsOf(snapshot).of(shift.signal.name, slowestCallee.subject) ?? null) : null;
  // What it calls and nobody measured may be as slow.
  const isOpen = !gap && callsUnmeasured(snapshot, subject, ['latency', 'tail-latency']);
  const between = gap ? `; ${wordsOf(gap)} on its calls with ${formatSubject(otherEnd(gap, subject))}` : '';
  return {
    code: DELAY,
    subject,
    category: 'network-delay',
    role: 'cause',
    layer: 'dependency',
    // Seen on the edges; or what is left when CPU is known to be normal; or a guess.
    strength: gap ? 0.88 : isOpen ? 0.45 : cpu ? 0.74 : 0.5,
    statement: `the network of ${formatSubject(subject)} is delayed: its ${wordsOf(shift)} ${sinceWords(shift)}, more than what it calls explains${cpu ? `, while its CPU use is ${lastOf(cpu)} and has not risen` : ''}${between}${isOpen ? '; not all it calls was measured, and may be as slow' : ''}`,
    evidence: [
      citeShift(shift),
      ...(gap ? [citeShift(gap)] : []),
      ...(cpu ? [citeSignal(cpu, { split: shift.onset })] : []),
    ],
    since: shift.onset,
    affects: slow.explains,
    ruledOut: [
      ...(callee && slowestCallee
        ? [
            {
              subject: slowestCallee.subject,
              category: 'dependency-failing' as const,
              statement: `${formatSubject(slowestCallee.subject)}, which it calls, slowed down less`,
              evidence: [citeSignal(callee, { split: shift.onset })],
            },
          ]
        : []),
      ...(cpu
        ? [
            {
              category: 'cpu-throttling' as const,
              statement: `${formatSubject(subject)} does not use more CPU: ${lastOf(cpu)} now`,
              evidence: [citeSignal(cpu, { split: shift.onset })],
            },
          ]
        : []),
    ],
    remediation: [replacePods(subject)],
  };
}

const LOSS_SIGNALS = ['packet-drops', 'retransmits'] as const satisfies readonly SignalName[];

/** The slow workload's other calls are as quick as ever, so the delay lies at the other end of the slow edge. */
function delayedAtCallee(
  snapshot: Snapshot,
  { slow, gap, far }: { slow: SlowOrigin['slow']; gap: Shift; far: Subject },
): Finding {
  const cpu = signalsOf(snapshot).of('cpu', far);
  // Packets that are lost and sent again make the same gap; pod-loss says so.
  const lossy = LOSS_SIGNALS.some((name) => activeShift(snapshot, name, far, 'up'));
  const caller = formatSubject(slow.subject);
  return {
    code: DELAY,
    subject: far,
    category: 'network-delay',
    role: 'cause',
    layer: 'dependency',
    strength: lossy ? 0.7 : 0.88,
    statement: `the network of ${formatSubject(far)} is delayed: on its calls with ${caller}, ${wordsOf(gap)} ${sinceWords(gap)}, while ${caller}'s other calls are as quick as before${cpu ? ` and its CPU use is ${lastOf(cpu)}` : ''}`,
    evidence: [citeShift(gap), citeShift(slow.shift), ...(cpu ? [citeSignal(cpu, { split: gap.onset })] : [])],
    since: gap.onset,
    affects: [slow.subject, ...slow.explains],
    remediation: [replacePods(far)],
  };
}

function replacePods(subject: Subject): NonNullable<Finding['remediation']>[number] {
  return {
    action: 'restart',
    risk: 'R1',
    statement: `Restart ${formatSubject(subject)} so that its Pods are placed and connected anew`,
    preconditions: [
      'No chaos experiment or traffic shaping selects it; else remove that first',
      'More than one replica, or a pause is acceptable',
    ],
    undo: 'None needed',
  };
}

/** The thing in common, when it and no reason of their own explains the origins. */
function shared(snapshot: Snapshot, origins: readonly SlowOrigin[]): readonly Finding[] {
  const common = origins.some(({ reason }) => reason === 'shared-callee') ? sharedSlowness(snapshot) : null;
  if (!common) return [];
  const { subject, callers } = common;
  const names = callers.map((caller) => formatSubject(caller.subject)).sort();
  return [
    {
      code: SHARED,
      subject,
      category: 'dependency-failing',
      role: 'cause',
      layer: 'dependency',
      strength: 0.6,
      statement: `${formatSubject(subject)} is slow for all who call it: ${names.slice(0, 4).join(', ')} became slow together, others did not`,
      evidence: callers.slice(0, 4).map(({ shift }) => citeShift(shift)),
      affects: callers.map((caller) => caller.subject),
      since: Math.min(...callers.map(({ shift }) => shift.onset)),
    },
  ];
}

function slowInside({ slow, shift: why }: SlowOrigin): Finding {
  const { subject, shift } = slow;
  // Spans that show the time spent between the calls place the fault here, whatever it is.
  const measured = why?.signal.name === 'self-time';
  return {
    code: OWN,
    subject,
    category: 'dependency-failing',
    role: measured ? 'cause' : 'symptom',
    layer: 'saturation',
    strength: measured ? 0.56 : 0.5,
    statement: `${formatSubject(subject)} is slow by itself: its ${wordsOf(shift)} ${sinceWords(shift)}${why ? `, and ${wordsOf(why)}` : ''}; no change, load or limit explains it`,
    evidence: [citeShift(shift), ...(why ? [citeShift(why)] : [])],
    since: shift.onset,
  };
}

function symptoms(snapshot: Snapshot, origins: readonly SlowOrigin[]): readonly Finding[] {
  const own = new Set(origins.map(({ slow }) => subjectKey(slow.subject)));
  return slowWorkloads(snapshot).flatMap(({ subject, shift }): Finding[] => {
    if (own.has(subjectKey(subject))) return [];
    const origin = origins.find(({ slow }) => slow.explains.some((other) => subjectKey(other) === subjectKey(subject)));
    if (!origin) return [];
    const root = origin.slow;
    return [
      {
        code: CALLEE,
        subject,
        category: 'dependency-failing',
        role: 'symptom',
        layer: 'dependency',
        strength: 0.5,
        statement: `${formatSubject(subject)} waits for ${formatSubject(root.subject)}: its ${wordsOf(shift)} since ${formatTime(shift.onset)}, with that of ${formatSubject(root.subject)}`,
        evidence: [citeShift(shift), citeShift(root.shift)],
        blames: [root.subject],
        since: shift.onset,
      },
    ];
  });
}
