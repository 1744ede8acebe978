import { AppError } from '@headwater/core/errors.ts';
import { compileMaintenances } from '@headwater/core/grouping/maintenance.ts';
import { subjectKey } from '@headwater/core/subject.ts';
import type { VerbContext } from '../context.ts';
import type { Repositories } from '../ports/store.ts';
import type { NewEvent } from '../ports/store/events.ts';
import type { KeyRow } from '../ports/store/incidents.ts';
import type { TopologyOf } from '../ports/topology.ts';
import { batchEvents } from './batch-events.ts';
import { diagnosisJobs } from './diagnosis-jobs.ts';
import { type FlappingNow, noteFlapping } from './flapping.ts';
import { type PlacedEpisode, placeEpisodes } from './place-episodes.ts';
import { type BatchPlan, planBatch } from './plan-batch.ts';
import { newIncidentRow, type RollUp, rollUpIncident } from './roll-up.ts';

export interface CorrelateOptions {
  /** One cluster; without, each that has waiting episodes, one batch of each. */
  readonly cluster?: string | undefined;
  /** Episodes of one cluster in one transaction. */
  readonly limit: number;
  readonly topology: TopologyOf;
  /** Milliseconds after the end of an incident within which a refire reopens it. */
  readonly reopenWindow: number;
}

export interface Correlated {
  readonly episodes: number;
  readonly opened: number;
  readonly reopened: number;
  readonly joined: number;
  readonly muted: number;
  readonly diagnoses: number;
  /** True when a batch was full: more episodes wait. */
  readonly more: boolean;
}

const NOTHING: Correlated = { episodes: 0, opened: 0, reopened: 0, joined: 0, muted: 0, diagnoses: 0, more: false };
const ATTEMPTS = 3;

/**
 * Takes episodes that changed and gives each its incident: joined, reopened or new; counts, severity, title, events and
 * diagnoses follow in the same transaction. The number of statements does not depend on the number of episodes.
 */
export async function correlateWaiting(ctx: VerbContext, options: CorrelateOptions): Promise<Correlated> {
  const clusters = options.cluster === undefined ? await ctx.store.correlation.waitingClusters() : [options.cluster];
  let sum = NOTHING;
  const failures: unknown[] = [];
  for (const cluster of clusters) {
    try {
      sum = add(sum, await correlateCluster(ctx, cluster, options));
    } catch (error) {
      // One cluster's trouble must not keep the alerts of the others waiting.
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
  return sum;
}

async function correlateCluster(ctx: VerbContext, cluster: string, options: CorrelateOptions): Promise<Correlated> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await ctx.store.transaction((tx) => correlateBatch(ctx, tx, cluster, options));
    } catch (error) {
      // Somebody else opened an incident for the same key first; the next look finds it.
      if (attempt === ATTEMPTS || !(error instanceof AppError) || error.code !== 'conflict') throw error;
    }
  }
}

async function correlateBatch(
  ctx: VerbContext,
  tx: Repositories,
  cluster: string,
  options: CorrelateOptions,
): Promise<Correlated> {
  await tx.incidents.lockCluster(cluster);
  const waiting = await tx.correlation.waiting(cluster, options.limit);
  if (waiting.length === 0) return NOTHING;
  const now = ctx.now();
  const flapping = await noteFlapping(tx, waiting, now);
  const episodes = placeEpisodes(waiting, options.topology(cluster));
  const plan = planBatch({
    cluster,
    episodes,
    candidates: await tx.correlation.candidates(cluster, wantedOf(episodes)),
    mutes: compileMaintenances(await tx.maintenance.active(cluster, now)),
    reopenWindow: options.reopenWindow,
    now,
    newIncidentId: () => ctx.newId('inc'),
  });
  const diagnoses = await writePlan(ctx, tx, { cluster, plan, flapping, now });
  return {
    episodes: waiting.length,
    opened: plan.touched.filter(({ stored }) => stored === null).length,
    reopened: plan.touched.filter(({ reopenReason }) => reopenReason !== null).length,
    joined: plan.touched.reduce((total, { joined }) => total + joined.length, 0),
    muted: plan.muted,
    diagnoses,
    more: waiting.length === options.limit,
  };
}

function wantedOf(episodes: readonly PlacedEpisode[]): {
  readonly keys: readonly string[];
  readonly ids: readonly string[];
} {
  const keys = new Set<string>();
  const ids = new Set<string>();
  for (const { row, keys: own, neighbours } of episodes) {
    if (row.incidentId !== null) {
      ids.add(row.incidentId);
      continue;
    }
    keys.add(own.primary);
    if (own.group !== null) keys.add(own.group);
    for (const { subject } of neighbours) keys.add(subjectKey(subject));
    if (row.lastIncidentId !== null) ids.add(row.lastIncidentId);
  }
  return { keys: [...keys], ids: [...ids] };
}

interface Batch {
  readonly cluster: string;
  readonly plan: BatchPlan;
  readonly flapping: FlappingNow;
  readonly now: number;
}

async function writePlan(ctx: VerbContext, tx: Repositories, batch: Batch): Promise<number> {
  const { cluster, plan, flapping, now } = batch;
  const opened = plan.touched.filter(({ stored }) => stored === null);
  const numbers = await tx.incidents.insert(opened.map((incident) => newIncidentRow(incident, { cluster, now })));
  requireHeld(new Set(opened.map(({ id }) => id)), plan.newKeys, await tx.incidents.holdKeys(plan.newKeys));
  const reopened = plan.touched.filter(({ reopenReason }) => reopenReason !== null).map(({ id }) => id);
  if (reopened.length > 0) await tx.incidents.openKeys(reopened);
  await tx.correlation.settle(plan.settled);
  const counts = await tx.incidents.summarise(plan.touched.map(({ id }) => id));
  const rollUps = plan.touched.map((incident) =>
    rollUpIncident(incident, counts.get(incident.id), { now, flapping: flapping.flapping }),
  );
  await tx.incidents.rollUp(
    rollUps.map(({ row }) => row),
    now,
  );
  const jobs = diagnosisJobs(rollUps, now);
  if (jobs.length > 0) await tx.jobs.sendMany('diagnose', jobs);
  const source = { cluster, now, actor: ctx.actor.name, flapping: flapping.flapping };
  await tx.events.append([...batchEvents(rollUps, numbers, source), ...flappingEvents(ctx, batch, rollUps)]);
  return jobs.length;
}

// A new incident whose own key somebody else holds would be the second about the same.
function requireHeld(opened: ReadonlySet<string>, wanted: readonly KeyRow[], held: readonly KeyRow[]): void {
  const heldKeys = new Set(held.map(({ key }) => key));
  const seen = new Set<string>();
  for (const { incidentId, key } of wanted) {
    if (seen.has(incidentId) || !opened.has(incidentId)) continue;
    seen.add(incidentId);
    if (!heldKeys.has(key)) throw new AppError('conflict', `another incident about ${key} was opened at the same time`);
  }
}

function flappingEvents(ctx: VerbContext, { flapping, cluster, now }: Batch, rollUps: readonly RollUp[]): NewEvent[] {
  const namespaces = new Map(rollUps.map(({ row }) => [row.id, row.namespaces]));
  return flapping.changes.flatMap(({ alertId, incidentId, reason }) => {
    const own = namespaces.get(incidentId);
    if (!own) return [];
    const payload = { flapping: true, alertId, reason };
    return [
      {
        at: now,
        kind: 'incident.changed' as const,
        incidentId,
        cluster,
        namespaces: own,
        actor: ctx.actor.name,
        payload,
      },
    ];
  });
}

function add(left: Correlated, right: Correlated): Correlated {
  return {
    episodes: left.episodes + right.episodes,
    opened: left.opened + right.opened,
    reopened: left.reopened + right.reopened,
    joined: left.joined + right.joined,
    muted: left.muted + right.muted,
    diagnoses: left.diagnoses + right.diagnoses,
    more: left.more || right.more,
  };
}
