import { formatSubject, type Subject, subjectKey } from '@headwater/core/subject.ts';
import { citeShift } from '../../evidence/cite-metrics.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import { callGraphOf } from '../../metrics/call-graph.ts';
import { activeShifts, type Shift } from '../../metrics/shifts.ts';
import type { SignalName } from '../../metrics/vocabulary.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { edit } from '../_shared/remedies.ts';
import { sinceWords, wordsOf } from '../_shared/shift-words.ts';
import { findRefusedWrites, REFUSED_WRITES } from './refused-writes.ts';

const CODE = 'cache/failing';
// A hit ratio that fell this far sends many times the usual load to what is behind the cache.
const MIN_FALL = 0.15;
const MIN_EVICTIONS = 1;

/** Caches that no longer hold what is asked of them. */
export const analyzer: Analyzer = {
  name: 'cache-failure',
  codes: {
    [CODE]:
      'A cache answers far fewer requests than before, or evicts what it holds, and what is behind it gets the load.',
    [REFUSED_WRITES]: 'A cache refuses writes because its memory is full and it may evict nothing.',
  },
  reads: ['metrics', 'traces', 'logs', 'Pod', 'Service'],
  analyze(snapshot) {
    const misses = activeShifts(snapshot, 'cache-hit-ratio', 'down').filter(
      ({ before, after }) => before.median - after.median >= MIN_FALL,
    );
    const evictions = activeShifts(snapshot, 'cache-evictions', 'up').filter(
      ({ after }) => after.median >= MIN_EVICTIONS,
    );
    const bySubject = Map.groupBy([...misses, ...evictions], ({ signal }) => subjectKey(signal.subject));
    return [
      ...[...bySubject.values()].flatMap((shifts) => report(snapshot, shifts) ?? []),
      ...findRefusedWrites(snapshot),
    ];
  },
};

function report(snapshot: Snapshot, shifts: readonly Shift[]): Finding | null {
  const [first] = shifts;
  if (!first) return null;
  const { subject } = first.signal;
  const effect = effectOf(snapshot, subject);
  // Evictions alone are how a full cache works.
  if (!effect && first.signal.name === 'cache-evictions') return null;
  return {
    code: CODE,
    subject,
    category: 'cache-failure',
    role: 'cause',
    layer: 'dependency',
    strength: effect ? 0.84 : 0.72,
    statement: `cache ${formatSubject(subject)} no longer holds what is asked of it: ${shifts.map(wordsOf).join('; ')} ${sinceWords(first)}${effect ? `; ${formatSubject(effect.signal.subject)}: ${wordsOf(effect)}` : ''}`,
    evidence: [...shifts.map(citeShift), ...(effect ? [citeShift(effect)] : [])],
    ...(effect ? { affects: [effect.signal.subject] } : {}),
    since: first.onset,
    remediation: [
      edit(
        'patch-resources',
        'R2',
        `Give ${formatSubject(subject)} the memory it needs, or restart it if it lost its data`,
        ['What is behind the cache survives until it is warm'],
      ),
    ],
  };
}

const FELT = ['tail-latency', 'latency', 'request-rate', 'cpu', 'error-ratio'] as const satisfies readonly SignalName[];

/** The strongest lasting rise at a user of the cache or at what the users fall back to; null when there is none. */
function effectOf(snapshot: Snapshot, cache: Subject): Shift | null {
  const graph = callGraphOf(snapshot);
  const users = graph.callers(cache);
  const near = new Set([...users, ...users.flatMap((user) => graph.callees(user))].map(subjectKey));
  near.delete(subjectKey(cache));
  const shifts = FELT.flatMap((name) => activeShifts(snapshot, name, 'up')).filter(
    ({ signal, ratio }) => near.has(subjectKey(signal.subject)) && ratio >= 1.3,
  );
  return shifts.sort((left, right) => right.score - left.score)[0] ?? null;
}
