import { formatSubject, sameSubject } from '@headwater/core/subject.ts';
import { MINUTE } from '@headwater/core/time.ts';
import { citeShift, citeSignal } from '../../evidence/cite-metrics.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import { callGraphOf } from '../../metrics/call-graph.ts';
import { type Shift, shiftOf } from '../../metrics/shifts.ts';
import type { Signal } from '../../metrics/signal.ts';
import { signalsOf } from '../../metrics/signals.ts';
import type { SignalName } from '../../metrics/vocabulary.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { limitsOf, unlimited } from '../_shared/limits.ts';
import { cameWith, type Hog, hogOf, victimsOn } from '../_shared/node-hogs.ts';
import { edit } from '../_shared/remedies.ts';
import { recentLevel } from '../_shared/saturation.ts';
import { lastOf, sinceWords, wordsOf } from '../_shared/shift-words.ts';

const CODE = 'saturation/noisy-neighbour';

interface Resource {
  readonly use: 'cpu' | 'memory' | 'disk-io';
  readonly node: SignalName;
  /** From here on what one takes, another misses. */
  readonly scarce: number;
  readonly words: string;
}

const RESOURCES: readonly Resource[] = [
  { use: 'cpu', node: 'node-cpu', scarce: 0.85, words: 'CPU' },
  { use: 'disk-io', node: 'node-disk-busy', scarce: 0.8, words: 'disk time' },
  { use: 'memory', node: 'node-memory', scarce: 0.9, words: 'memory' },
];
// The offender starts before its victims feel it; two scrapes may blur that.
const SLACK = 2 * MINUTE;

/** A workload whose rise takes what its neighbours on the Node need. */
export const analyzer: Analyzer = {
  name: 'noisy-neighbour',
  codes: {
    [CODE]: 'One workload takes most of a scarce resource of its Node, and others there became worse after it rose.',
  },
  reads: ['metrics', 'Pod', 'Deployment', 'StatefulSet', 'DaemonSet'],
  analyze(snapshot) {
    const found = new Map<string, Finding>();
    for (const resource of RESOURCES) {
      for (const signal of signalsOf(snapshot).all(resource.node)) {
        const finding = recentLevel(signal) >= resource.scarce ? judge(snapshot, signal, resource) : null;
        const key = finding && formatSubject(finding.subject);
        if (key && !found.has(key)) found.set(key, finding);
      }
    }
    return [...found.values()];
  },
};

function judge(snapshot: Snapshot, node: Signal, resource: Resource): Finding | null {
  const hog = hogOf(snapshot, node.subject.name, resource.use);
  const full = shiftOf(node);
  const begun = hog && (hog.shift ?? arrivalOf(snapshot, hog, full));
  if (!hog || !begun || isAnswering(snapshot, hog.subject)) return null;
  // Memory without a limit has its own name: limits-missing.
  if (resource.use === 'memory' && limitsOf(snapshot, hog.subject, 'memory').length === 0) return null;
  const graph = callGraphOf(snapshot);
  const related = [...graph.callers(hog.subject), ...graph.callees(hog.subject)];
  const victims = victimsOn(snapshot, node.subject.name, { except: hog.subject, from: begun.onset - SLACK }).filter(
    ({ signal }) => !related.some((other) => sameSubject(other, signal.subject)),
  );
  const [first] = victims;
  return first ? finding(snapshot, { node, resource, hog, begun, victims: [first, ...victims.slice(1)] }) : null;
}

/** A use without a past: the workload's Pod came to the Node when the resource ran out, so nothing of it rose. */
function arrivalOf(snapshot: Snapshot, { subject }: Hog, full: Shift | null): { readonly onset: number } | null {
  if (!full?.persists || full.direction !== 'up') return null;
  const came = cameWith(snapshot, { workload: subject, node: full.signal.subject.name, time: full.onset });
  return came ? { onset: full.onset } : null;
}

/** Whether the workload works harder because more is asked of it: then whoever asks is the cause. */
function isAnswering(snapshot: Snapshot, subject: Hog['subject']): boolean {
  const rate = signalsOf(snapshot).of('request-rate', subject);
  const shift = rate ? shiftOf(rate) : null;
  return Boolean(shift?.persists && shift.direction === 'up' && shift.ratio >= 1.5);
}

interface Disturbance {
  readonly node: Signal;
  readonly resource: Resource;
  readonly hog: Hog;
  /** When it began: its rise, or the moment its Pod came. */
  readonly begun: Shift | { readonly onset: number };
  readonly victims: readonly [Shift, ...Shift[]];
}

function finding(snapshot: Snapshot, { node, resource, hog, begun, victims }: Disturbance): Finding {
  const name = resource.use === 'memory' ? 'memory' : 'cpu';
  const open = resource.use === 'disk-io' ? undefined : unlimited(snapshot, hog.subject, name)[0];
  const [first] = victims;
  const how =
    'signal' in begun
      ? `its ${wordsOf(begun)} ${sinceWords(begun)}`
      : `its Pod came when that ran out and uses ${lastOf(hog.signal)}`;
  return {
    code: CODE,
    subject: hog.subject,
    category: 'noisy-neighbour',
    role: 'cause',
    layer: 'saturation',
    strength: open ? 0.88 : 0.8,
    statement:
      `${formatSubject(hog.subject)} takes the ${resource.words} of ${formatSubject(node.subject)} (${lastOf(node)} used): ${how}` +
      `${open ? `, and container \`${open.container}\` has no ${name === 'cpu' ? 'CPU' : 'memory'} limit` : ''}; ${formatSubject(first.signal.subject)} suffers, ${wordsOf(first)}`,
    evidence: [
      'signal' in begun ? citeShift(begun) : citeSignal(hog.signal),
      citeSignal(node),
      ...victims.slice(0, 3).map(citeShift),
      ...(open ? [open.evidence] : []),
    ],
    affects: victims.map(({ signal }) => signal.subject),
    since: begun.onset,
    ruledOut: loadOf(snapshot, first),
    remediation: [
      edit('patch-resources', 'R2', `Set limits on ${formatSubject(hog.subject)} or move it to other Nodes`, [
        'Its work may be slowed down',
      ]),
    ],
  };
}

function loadOf(snapshot: Snapshot, { signal }: Shift): NonNullable<Finding['ruledOut']> {
  const rate = signalsOf(snapshot).of('request-rate', signal.subject);
  if (!rate) return [];
  return [
    {
      subject: signal.subject,
      category: 'traffic-surge',
      statement: `${formatSubject(signal.subject)} is asked no more than before: its request rate is ${lastOf(rate)}`,
      evidence: [citeSignal(rate)],
    },
  ];
}
