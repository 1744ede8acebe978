import { formatSubject, type Subject, subjectKey } from '@headwater/core/subject.ts';
import { MINUTE } from '@headwater/core/time.ts';
import { citeShift } from '../../evidence/cite-metrics.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import { callGraphOf } from '../../metrics/call-graph.ts';
import { activeShifts, type Shift } from '../../metrics/shifts.ts';
import { signalsOf } from '../../metrics/signals.ts';
import type { SignalName } from '../../metrics/vocabulary.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { edit } from '../_shared/remedies.ts';
import { sinceWords, wordsOf } from '../_shared/shift-words.ts';

const CODE = 'saturation/traffic-surge';
const MIN_RATIO = 1.5;
const SLACK = 2 * MINUTE;
const FELT = [
  'error-ratio',
  'tail-latency',
  'latency',
  'cpu-throttled',
  'throttled-periods',
  'node-cpu',
  'queue-lag',
] as const satisfies readonly SignalName[];

/** More requests than the workloads can take. */
export const analyzer: Analyzer = {
  name: 'traffic-surge',
  codes: {
    [CODE]:
      'Requests rose first where they enter, the workloads behind rose in step, and latency, errors or saturation followed.',
  },
  reads: ['metrics', 'traces'],
  analyze(snapshot) {
    const surges = activeShifts(snapshot, 'request-rate', 'up').filter(({ ratio }) => ratio >= MIN_RATIO);
    const entries = entriesOf(snapshot, surges);
    return entries.flatMap((entry) => finding(snapshot, entry, surges) ?? []);
  },
};

/** Surges that no surging caller explains. */
function entriesOf(snapshot: Snapshot, surges: readonly Shift[]): readonly Shift[] {
  const graph = callGraphOf(snapshot);
  const surging = new Set(surges.map(({ signal }) => subjectKey(signal.subject)));
  return surges.filter((surge) => {
    const callers = graph.callers(surge.signal.subject);
    if (callers.some((caller) => surging.has(subjectKey(caller)))) return false;
    // Callers that are asked no more than before but call more often repeat themselves: a retry storm.
    return !callers.some((caller) => isMeasured(snapshot, caller));
  });
}

function isMeasured(snapshot: Snapshot, subject: Subject): boolean {
  return signalsOf(snapshot).of('request-rate', subject) !== undefined;
}

function finding(snapshot: Snapshot, entry: Shift, surges: readonly Shift[]): Finding | null {
  const graph = callGraphOf(snapshot);
  const reached = graph.below(entry.signal.subject);
  const inReach = ({ signal }: Shift): boolean =>
    signal.subject.kind === 'Node' ||
    subjectKey(signal.subject) === subjectKey(entry.signal.subject) ||
    reached.has(subjectKey(signal.subject));
  const effect = FELT.flatMap((name) => activeShifts(snapshot, name, 'up'))
    .filter((shift) => inReach(shift) && shift.onset >= entry.onset - SLACK)
    .sort((left, right) => right.score - left.score)[0];
  // A surge that everybody takes is good business.
  if (!effect) return null;
  const source = sourceOf(snapshot, entry.signal.subject);
  const subject = source ?? entry.signal.subject;
  const along = surges.filter((surge) => surge !== entry && reached.has(subjectKey(surge.signal.subject)));
  const from = source
    ? `${formatSubject(source)} sends more than ${formatSubject(entry.signal.subject)} can take`
    : `${formatSubject(subject)} gets more requests than it can take`;
  return {
    code: CODE,
    subject,
    category: 'traffic-surge',
    role: 'cause',
    layer: 'saturation',
    strength: along.length > 0 ? 0.84 : 0.76,
    statement: `${from}: ${wordsOf(entry)} ${sinceWords(entry)}; ${formatSubject(effect.signal.subject)}: ${wordsOf(effect)}`,
    evidence: [citeShift(entry), citeShift(effect), ...along.slice(0, 2).map(citeShift)],
    ...(source ? { aliases: [entry.signal.subject] } : {}),
    affects: along.map(({ signal }) => signal.subject),
    since: entry.onset,
    remediation: [
      edit(
        'scale',
        'R2',
        `Scale ${formatSubject(entry.signal.subject)} and what it calls, or limit the rate of requests`,
        ['Nodes and data services behind it have room'],
      ),
    ],
  };
}

/** The workload of the cluster that makes the load: it calls the entry and nobody calls it. */
function sourceOf(snapshot: Snapshot, entry: Subject): Subject | null {
  const graph = callGraphOf(snapshot);
  const sources = graph
    .callers(entry)
    .filter((caller) => snapshot.objects.find(caller) && graph.callers(caller).length === 0);
  return sources.length === 1 ? (sources[0] ?? null) : null;
}
