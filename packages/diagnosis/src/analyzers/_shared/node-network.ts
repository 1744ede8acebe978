import { type Subject, subjectKey } from '@headwater/core/subject.ts';
import { callGraphOf } from '../../metrics/call-graph.ts';
import { type SlowWorkload, slowWorkloads } from '../../metrics/latency-blame.ts';
import { activeShifts, type Shift } from '../../metrics/shifts.ts';
import { signalsOf } from '../../metrics/signals.ts';
import type { SignalName } from '../../metrics/vocabulary.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { perSnapshot } from '../../snapshot/per-snapshot.ts';
import { hasMoreLoad } from './node-hogs.ts';
import { bestFittingNode, fitsMuchWorse } from './node-fit.ts';
import { homeOf, livesOn, nodesOf } from './placement.ts';
import { recentLevel, throttledWorkloads } from './saturation.ts';

/** A Node whose network makes several of its workloads worse at once. */
export interface NodeNetworkFault {
  readonly node: Subject;
  /** The rise of its TCP retransmissions; null when only the pattern of slow workloads speaks. */
  readonly retransmits: Shift | null;
  /** Slow or failing workloads that run there, or (when packets get lost) whose calls lead there or come from there. */
  readonly affected: readonly Shift[];
}

// Fewer segments a second than this are the ordinary losses of any network.
const MIN_RETRANSMITS = 0.75;
const STRONG = 8;
const FULL = 0.9;
const MIN_INCREASE = 0.01;
const MIN_OWN_PART = 0.2;

/** Nodes whose network is degraded now, the surest first. */
export const nodeNetworkFaults = perSnapshot((snapshot: Snapshot): readonly NodeNetworkFault[] => {
  const lossy = fromRetransmits(snapshot);
  return lossy.length > 0 ? lossy : fromPlacement(snapshot);
});

/** Segments sent twice say that packets of the Node get lost; the Node that sends most of them again is the one. */
function fromRetransmits(snapshot: Snapshot): readonly NodeNetworkFault[] {
  const shifts = activeShifts(snapshot, 'node-retransmits', 'up').filter(
    ({ score, after }) => score >= STRONG && after.median >= MIN_RETRANSMITS,
  );
  const top = shifts.reduce<Shift | null>(
    (best, shift) => (best && best.after.median >= shift.after.median ? best : shift),
    null,
  );
  if (!top) return [];
  const node = top.signal.subject;
  const affected = affectedWorkloads(snapshot).filter(
    ({ signal }) => touches(snapshot, signal.subject, node.name) && !hasMoreLoad(snapshot, signal.subject),
  );
  return affected.length >= 2 ? [{ node, retransmits: top, affected }] : [];
}

/** Whether a workload runs on a Node or talks to one that does: a bad link spoils calls in both directions. */
function touches(snapshot: Snapshot, subject: Subject, node: string): boolean {
  const graph = callGraphOf(snapshot);
  return [subject, ...graph.callees(subject), ...graph.callers(subject)].some((other) =>
    livesOn(snapshot, other, node),
  );
}

/** Delay without loss shows only in who became slow: several workloads of one Node that have nothing else in common. */
function fromPlacement(snapshot: Snapshot): readonly NodeNetworkFault[] {
  const slow = slowWorkloads(snapshot);
  const loudest = [...slow].sort((left, right) => right.score - left.score)[0];
  if (!loudest || throttledWorkloads(snapshot).size > 0 || hasMoreLoad(snapshot, loudest.subject)) return [];
  const shared = sharedNode(snapshot, slow, loudest);
  const name = shared === null || fitsMuchWorse(snapshot, shared) ? bestFittingNode(snapshot) : shared;
  if (name === null || !hasContrast(snapshot, name)) return [];
  const affected = slow.filter(({ subject }) => livesOn(snapshot, subject, name)).map(({ shift }) => shift);
  return affected.length === 0 ? [] : [{ node: { kind: 'Node', name }, retransmits: null, affected }];
}

/** The Node on which most of the slow workloads live that the loudest one does not explain; null when one explains all. */
function sharedNode(snapshot: Snapshot, slow: readonly SlowWorkload[], loudest: SlowWorkload): string | null {
  const explained = new Set(loudest.explains.map(subjectKey));
  const independent = slow.filter(
    (entry) => entry === loudest || (!explained.has(subjectKey(entry.subject)) && slowByItself(entry)),
  );
  const node = homeOf(snapshot, loudest.subject);
  const here = independent.filter(({ subject }) => node !== null && livesOn(snapshot, subject, node));
  return here.length < 2 || here.length * 3 < independent.length * 2 ? null : node;
}

function slowByItself({ increase, ownIncrease }: SlowWorkload): boolean {
  return ownIncrease >= MIN_INCREASE && ownIncrease >= increase * MIN_OWN_PART;
}

// A workload with any of these is watched, so that a rise of its latency would have been seen.
const MONITORED = [
  'tail-latency',
  'latency',
  'request-rate',
  'network-receive',
] as const satisfies readonly SignalName[];

/** Whether the Node's CPU and disks are free and measured workloads of other Nodes stayed well; else the Node says nothing. */
function hasContrast(snapshot: Snapshot, node: string): boolean {
  const full = (['node-cpu', 'node-disk-busy'] as const).some((name) => {
    const signal = signalsOf(snapshot).of(name, { kind: 'Node', name: node });
    return signal !== undefined && recentLevel(signal) >= FULL;
  });
  if (full) return false;
  const slow = new Set(slowWorkloads(snapshot).map(({ subject }) => subjectKey(subject)));
  const measured = MONITORED.flatMap((name) => signalsOf(snapshot).all(name));
  return measured.some(
    ({ subject }) =>
      !slow.has(subjectKey(subject)) && nodesOf(snapshot, subject).size > 0 && !livesOn(snapshot, subject, node),
  );
}

function affectedWorkloads(snapshot: Snapshot): readonly Shift[] {
  const shifts = new Map<string, Shift>();
  for (const { shift } of slowWorkloads(snapshot)) shifts.set(subjectKey(shift.signal.subject), shift);
  for (const shift of activeShifts(snapshot, 'error-ratio', 'up'))
    if (!shifts.has(subjectKey(shift.signal.subject))) shifts.set(subjectKey(shift.signal.subject), shift);
  return [...shifts.values()];
}
