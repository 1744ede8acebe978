import type { Subject } from '@headwater/core/subject.ts';
import { type Millis, MINUTE } from '@headwater/core/time.ts';
import { oncePer } from '../snapshot/once.ts';
import { perSnapshot } from '../snapshot/per-snapshot.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { traceSignals } from '../traces/trace-signals.ts';
import { buildSignal } from './build-signal.ts';
import { DATA_SERVICE_FAMILIES } from './families/data-services.ts';
import { EDGE_FAMILIES } from './families/edges.ts';
import type { Family } from './families/family.ts';
import { NODE_FAMILIES } from './families/node.ts';
import { familiesByName } from './families/patterns.ts';
import { PLATFORM_FAMILIES } from './families/platform.ts';
import { WORKLOAD_FAMILIES } from './families/workload.ts';
import { stepOf } from './derive.ts';
import { createGrouper, type Grouper } from './group-series.ts';
import { placeKey, type Signal } from './signal.ts';
import type { SignalName } from './vocabulary.ts';

export interface SignalIndex {
  /** Signals of every workload, node, component or edge, in order of their subjects. */
  all(name: SignalName): readonly Signal[];
  /** The same signal Pod by Pod, where series are of Pods. */
  pods(name: SignalName): readonly Signal[];
  /** The signal of one subject, Pod or workload; of an edge when a peer is given. */
  of(name: SignalName, subject: Subject, peer?: Subject): Signal | undefined;
  /** The signal at a `placeKey`, as evidence queries name it. */
  at(name: SignalName, key: string): Signal | undefined;
}

/** Where a signal may come from; a lower rank is preferred for the same subject. */
interface Origin {
  readonly metric: string;
  readonly family: Family;
  readonly rank: number;
}

const TABLE = new Map<string, { readonly rank: number; readonly families: readonly Family[] }>();
for (const table of [WORKLOAD_FAMILIES, NODE_FAMILIES, DATA_SERVICE_FAMILIES, PLATFORM_FAMILIES, EDGE_FAMILIES]) {
  for (const [metric, ...families] of table) {
    const known = TABLE.get(metric);
    TABLE.set(metric, { rank: known?.rank ?? TABLE.size, families: [...(known?.families ?? []), ...families] });
  }
}
const RANK_OF_UNLISTED = 10_000;

/** The signals of a snapshot; each is derived when first asked for. */
export const signalsOf = perSnapshot(buildIndex);

interface Built {
  readonly list: readonly Signal[];
  readonly byKey: ReadonlyMap<string, Signal>;
}

function buildIndex(snapshot: Snapshot): SignalIndex {
  const origins = originsOf(snapshot);
  const groupsOf = createGrouper(snapshot);
  const end = snapshot.metrics.all.reduce((latest, { samples }) => Math.max(latest, samples.at(-1)?.[0] ?? 0), 0);
  // Pods are ten times as many as workloads and seldom asked for, so they are derived apart.
  const level = (ofPods: boolean): ((name: SignalName) => Built) =>
    oncePer((name: SignalName) => {
      const traced = traceSignals(snapshot)
        .get(name)
        ?.filter(({ subject }) => (subject.kind === 'Pod') === ofPods);
      return derive(groupsOf, { origins: origins.get(name) ?? [], traced: traced ?? [], end, ofPods });
    });
  const [workloads, pods] = [level(false), level(true)];
  const at = (name: SignalName, key: string): Signal | undefined =>
    (key.startsWith('Pod/') ? pods : workloads)(name).byKey.get(key);
  return {
    all: (name) => workloads(name).list,
    pods: (name) => pods(name).list,
    of: (name, subject, peer) => at(name, placeKey(subject, peer)),
    at,
  };
}

function originsOf(snapshot: Snapshot): ReadonlyMap<SignalName, readonly Origin[]> {
  const bySignal = new Map<SignalName, Origin[]>();
  for (const metric of snapshot.metrics.names()) {
    const listed = TABLE.get(metric);
    for (const [place, family] of (listed?.families ?? familiesByName(metric)).entries()) {
      const list = bySignal.get(family.signal) ?? [];
      list.push({ metric, family, rank: (listed?.rank ?? RANK_OF_UNLISTED) + place / 10 });
      bySignal.set(family.signal, list);
    }
  }
  for (const list of bySignal.values())
    list.sort((left, right) => left.rank - right.rank || (left.metric < right.metric ? -1 : 1));
  return bySignal;
}

interface Sources {
  readonly origins: readonly Origin[];
  readonly traced: readonly Signal[];
  /** The latest sample of any series. */
  readonly end: Millis;
  readonly ofPods: boolean;
}

const NONE: Built = { list: [], byKey: new Map() };

function derive(groupsOf: Grouper, { origins, traced, end, ofPods }: Sources): Built {
  // Of a hundred signals that are asked for, a cluster has a dozen.
  if (origins.length === 0 && traced.length === 0) return NONE;
  const byKey = new Map<string, Signal>();
  for (const { metric, family } of origins) {
    for (const group of groupsOf(metric, family).values()) {
      if (group.isPod !== ofPods || byKey.has(group.key)) continue;
      const signal = buildSignal(groupsOf, { metric, family, group });
      if (signal && !hasEnded(signal, end)) byKey.set(group.key, signal);
    }
  }
  // Traces are sampled and cover less time, so they only fill in for what no metric says.
  for (const signal of traced) {
    const key = placeKey(signal.subject, signal.peer);
    if (!byKey.has(key)) byKey.set(key, signal);
  }
  const sorted = [...byKey.entries()].sort(([left], [right]) => (left < right ? -1 : 1));
  return { list: sorted.map(([, signal]) => signal), byKey };
}

// A series that stopped while others went on is of something that is gone; its last level is not the present.
const ENDED_AFTER = 5 * MINUTE;
const ENDED_AFTER_STEPS = 5;

function hasEnded({ samples }: Signal, end: Millis): boolean {
  const silent = end - (samples.at(-1)?.[0] ?? end);
  return silent > Math.max(ENDED_AFTER, stepOf([samples]) * ENDED_AFTER_STEPS);
}
