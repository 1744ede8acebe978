import { type Subject, subjectKey } from '@headwater/core/subject.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { callGraphOf } from './call-graph.ts';
import { type CallEdge, callRatio, callShare } from './call-rates.ts';
import { median } from './robust.ts';

/** What was seen of one workload: how much slower it became, 0 when it did not; and the least rise that would show. */
export interface Seen {
  readonly subject: Subject;
  /** Seconds. */
  readonly increase: number;
  /** Seconds. */
  readonly detectable: number;
}

// A difference of e squared says no more than "does not fit at all"; one wild service must not decide.
const WORST = 2;
// A tail of 95% shows what happens to one request in twenty.
const TAIL_SHARE = 0.05;
// Not seeing a rise that should be there speaks less than seeing one that should not.
const MISSING_WEIGHT = 0.5;
// A rise a thousand times smaller than the largest may have any reason; a tenth of it may not.
const WEIGHT_EXPONENT = 0.25;
const MAX_DEPTH = 12;

/** A supposed fault: the calls it delays, and the workload that is slow in itself. */
export interface Fault {
  delays(caller: Subject, callee: Subject): boolean;
  /** Whether requests are held up within the workload, before or after its own calls. */
  holdsUp(subject: Subject): boolean;
  /** Whether who calls from outside the graph is delayed on the way to a workload. */
  delaysEntry(subject: Subject): boolean;
}

/** A delayed network of one workload: it holds up its answers and its calls, so callers wait for both and callees seem slower. */
export function delayAt(origin: Subject): Fault {
  const key = subjectKey(origin);
  return {
    delays: (caller, callee) => subjectKey(caller) === key || subjectKey(callee) === key,
    holdsUp: () => false,
    delaysEntry: (subject) => subjectKey(subject) === key,
  };
}

/** A workload that takes longer by itself. Latencies that servers report also look like this when its network is delayed. */
export function slownessOf(origin: Subject): Fault {
  const key = subjectKey(origin);
  return { delays: () => false, holdsUp: (subject) => subjectKey(subject) === key, delaysEntry: () => false };
}

/** How badly a fault fits what was seen of all: the sum over workloads of the log of seen over expected. */
export function misfit(snapshot: Snapshot, fault: Fault, seen: readonly Seen[]): number {
  const expected = expectUnit(snapshot, fault);
  const parts = seen.map((one) => ({ ...one, unit: expected(one.subject) }));
  const fitting = parts.filter(({ increase, unit }) => increase > 0 && unit > 0);
  if (fitting.length === 0) return Number.POSITIVE_INFINITY;
  const delay = Math.exp(median(fitting.map(({ increase, unit }) => Math.log(increase / unit))));
  const most = Math.max(...seen.map(({ increase }) => increase));
  return parts.reduce((sum, { increase, unit, detectable }) => {
    if (increase > 0) {
      const off = unit > 0 ? Math.min(WORST, Math.abs(Math.log(increase / (unit * delay)))) : WORST;
      return sum + off * (increase / most) ** WEIGHT_EXPONENT;
    }
    const missing = unit * delay > detectable ? Math.log((unit * delay) / detectable) : 0;
    return sum + MISSING_WEIGHT * Math.min(WORST, missing);
  }, 0);
}

/** The increase each workload should show for one second of delay. */
function expectUnit(snapshot: Snapshot, fault: Fault): (subject: Subject) => number {
  const graph = callGraphOf(snapshot);
  const known = new Map<string, number>();
  const served = (subject: Subject, depth: number): number => {
    const key = subjectKey(subject);
    const done = known.get(key);
    if (done !== undefined || depth > MAX_DEPTH) return done ?? 0;
    // A ring of calls would never end; what is being computed counts as nothing meanwhile.
    known.set(key, 0);
    const value = graph.callees(subject).reduce(
      (sum, callee) => {
        const each = (fault.delays(subject, callee) ? 1 : 0) + served(callee, depth + 1);
        return each === 0 ? sum : sum + callsOfSlowRequests(snapshot, { caller: subject, callee }) * each;
      },
      fault.holdsUp(subject) ? 1 : 0,
    );
    known.set(key, value);
    return value;
  };
  return (subject) => {
    const callers = graph.callers(subject);
    const shares = callers.map((caller) =>
      fault.delays(caller, subject) ? callShare(snapshot, { caller, callee: subject }) : 0,
    );
    const called =
      callers.length === 0 && fault.delaysEntry(subject) ? 1 : shares.reduce((sum, share) => sum + share, 0);
    return served(subject, 0) + Math.min(1, called / TAIL_SHARE);
  };
}

/** Calls to a callee by those requests of a caller that call it at all; 0 when hardly any does. */
function callsOfSlowRequests(snapshot: Snapshot, edge: CallEdge): number {
  const ratio = callRatio(snapshot, edge);
  if (ratio === null) return 1;
  return ratio.calls < TAIL_SHARE ? 0 : Math.max(1, ratio.calls);
}
