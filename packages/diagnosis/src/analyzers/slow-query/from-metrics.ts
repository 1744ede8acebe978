import { formatSubject, subjectKey } from '@headwater/core/subject.ts';
import { citeShift, citeSignal } from '../../evidence/cite-metrics.ts';
import type { Finding } from '../../finding.ts';
import { activeShifts, type Shift } from '../../metrics/shifts.ts';
import { signalsOf } from '../../metrics/signals.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { lastOf, sinceWords, wordsOf } from '../_shared/shift-words.ts';
import { base } from './report.ts';

const SIGNALS = ['lock-waits', 'query-time', 'slow-queries'] as const;
// A transaction of a few seconds is ordinary work.
const LONG_QUERY = 10;

/** Data services whose exporter shows waiting sessions, long transactions or more slow statements. */
export function fromMetrics(snapshot: Snapshot): readonly Finding[] {
  const bySubject = new Map<string, Shift[]>();
  for (const name of SIGNALS) {
    for (const shift of activeShifts(snapshot, name, 'up')) {
      if (name === 'query-time' && shift.after.median < LONG_QUERY) continue;
      const key = subjectKey(shift.signal.subject);
      bySubject.set(key, [...(bySubject.get(key) ?? []), shift]);
    }
  }
  return [...bySubject.values()].flatMap((shifts) => report(snapshot, shifts) ?? []);
}

function report(snapshot: Snapshot, shifts: readonly Shift[]): Finding | null {
  const [first, second] = shifts;
  if (!first) return null;
  const { subject } = first.signal;
  const cpu = signalsOf(snapshot).of('cpu', subject);
  return {
    ...base(subject),
    strength: second ? 0.88 : 0.82,
    statement: `queries hold up ${formatSubject(subject)}: ${wordsOf(first)} ${sinceWords(first)}${second ? `; ${wordsOf(second)}` : ''}`,
    evidence: shifts.map(citeShift),
    since: Math.min(...shifts.map(({ onset }) => onset)),
    ruledOut: cpu
      ? [{ category: 'cpu-throttling', statement: `its CPU use is ${lastOf(cpu)}`, evidence: [citeSignal(cpu)] }]
      : [],
  };
}
