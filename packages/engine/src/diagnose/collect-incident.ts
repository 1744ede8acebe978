import type { Gap } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { AppError } from '@headwater/core/errors.ts';
import { DAY, formatTime, type Millis } from '@headwater/core/time.ts';
import { type Alert, emptyInput, type JournalEntry, type SnapshotInput } from '@headwater/diagnosis/snapshot/input.ts';
import { type ClusterSources, clusterInput } from '../collect/from-cluster.ts';
import { heldObjects } from '../collect/held-objects.ts';
import { type ObjectsRead, readObjects } from '../collect/read-objects.ts';
import { isNamespace } from '../collect/refusals.ts';
import type { Clusters, ClusterView } from '../ports/clusters.ts';
import { impatient } from './impatient.ts';

export interface IncidentToCollect {
  readonly cluster: string;
  readonly namespaces: readonly string[];
  readonly alerts: readonly Alert[];
  /** Our own clock, for when the cluster does not tell its own. */
  readonly now: Millis;
  readonly signal?: AbortSignal | undefined;
}

/** What is known around an incident. A source that cannot be read, be it the whole cluster, is a gap and never a failure. */
export async function collectIncident(clusters: Clusters, wanted: IncidentToCollect): Promise<SnapshotInput> {
  const view = clusters.get(wanted.cluster);
  if (!view) return alertsOnly(wanted, notConfigured(wanted.cluster, clusters.names()));
  try {
    return await collectFrom(view, wanted);
  } catch (error) {
    // Only our own closed codes tell of the world outside; anything else is a defect and must be seen.
    if (!(error instanceof AppError) || wanted.signal?.aborted) throw error;
    return alertsOnly(wanted, unreachable(wanted.cluster, error.message));
  }
}

async function collectFrom(view: ClusterView, wanted: IncidentToCollect): Promise<SnapshotInput> {
  const sources = impatient(await view.sources());
  const held = view.held();
  const now = await clusterClock(sources, wanted.now);
  const [objects, journal] = await Promise.all([
    held ? heldObjects(held) : listed(sources, wanted),
    journalOf(view, wanted, now),
  ]);
  const input = await clusterInput({
    sources,
    now,
    alerts: wanted.alerts,
    subjects: [],
    // The alerts say where to look; a namespace would widen the question to everything in it.
    namespaces: [],
    restrict: false,
    signal: wanted.signal,
    objects,
    journal: journal.entries,
  });
  return journal.gaps.length === 0 ? input : { ...input, gaps: [...input.gaps, ...journal.gaps] };
}

interface History {
  readonly entries?: readonly JournalEntry[] | undefined;
  readonly gaps: readonly Gap[];
}

async function journalOf(view: ClusterView, { namespaces }: IncidentToCollect, now: Millis): Promise<History> {
  if (!view.journal) return { gaps: [] };
  try {
    const from = now - (view.journalReach ?? DAY);
    const { entries, since } = await view.journal({ from, to: now, namespaces: namespaces.filter(isNamespace) });
    return { entries, gaps: since !== null && since <= from ? [] : [young(since)] };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { gaps: [historyGap(`The journal of changes could not be read: ${error.message}`)] };
  }
}

function young(since: Millis | null): Gap {
  if (since === null) return historyGap('The journal of changes has only just begun');
  return historyGap(`The journal of changes begins at ${formatTime(since)}`);
}

function historyGap(statement: string): Gap {
  return { source: 'history', statement, wouldShow: 'how objects that were changed before that looked then' };
}

async function listed({ cluster }: ClusterSources, wanted: IncidentToCollect): Promise<ObjectsRead> {
  try {
    const namespaces = wanted.namespaces.filter(isNamespace);
    return await readObjects({ cluster, namespaces, restrict: false, signal: wanted.signal });
  } catch (error) {
    if (!(error instanceof AppError) || wanted.signal?.aborted) throw error;
    // Telemetry may still be read; that no kind was, keeps absence from proving anything.
    return {
      objects: [],
      coverage: [{ kind: 'Pod', state: 'unreachable' }],
      gaps: [unreachable(cluster.name, error.message)],
    };
  }
}

// Ages of Events and restarts are told in the cluster's clock, which may differ from ours.
async function clusterClock({ cluster }: ClusterSources, fallback: Millis): Promise<Millis> {
  try {
    return (await cluster.time()) ?? fallback;
  } catch (error) {
    if (error instanceof AppError) return fallback;
    throw error;
  }
}

function alertsOnly({ cluster, alerts, now }: IncidentToCollect, gap: Gap): SnapshotInput {
  return {
    ...emptyInput(now),
    cluster: { name: cluster },
    alerts,
    coverage: [{ kind: 'Pod', state: 'unreachable' }],
    sources: { objects: 'unreachable' },
    gaps: [gap],
  };
}

function unreachable(cluster: string, message: string): Gap {
  return {
    source: 'cluster',
    statement: `The cluster ${cluster} could not be read: ${message}`,
    wouldShow: 'the state of every object the alerts speak of',
  };
}

function notConfigured(cluster: string, known: readonly string[]): Gap {
  const there = known.length === 0 ? 'no cluster is' : `only ${known.join(', ')} ${known.length === 1 ? 'is' : 'are'}`;
  return {
    source: 'cluster',
    statement: `The cluster ${cluster} is not configured here; ${there}`,
    wouldShow: 'the state of every object the alerts speak of',
  };
}
