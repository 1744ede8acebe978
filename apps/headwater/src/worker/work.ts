import { setTimeout as sleep } from 'node:timers/promises';
import { systemActor } from '@headwater/core/access/actor.ts';
import { SECOND } from '@headwater/core/time.ts';
import type { VerbContext } from '@headwater/engine/context.ts';
import { correlateWaiting } from '@headwater/engine/correlate/correlate-waiting.ts';
import { runSweeps } from '@headwater/engine/correlate/run-sweeps.ts';
import type { AnalysisRuntime } from '@headwater/engine/diagnose/analyse.ts';
import { createIntake, type Intake } from '@headwater/engine/intake/record-signals.ts';
import type { Clusters } from '@headwater/engine/ports/clusters.ts';
import type { JobWorker } from '@headwater/engine/ports/jobs.ts';
import type { Log } from '@headwater/engine/ports/log.ts';
import type { Notifier } from '@headwater/engine/ports/notifier.ts';
import type { Metrics } from '@headwater/engine/ports/metrics.ts';
import type { Store } from '@headwater/engine/ports/store.ts';
import { emptyTopology } from '@headwater/engine/ports/topology.ts';
import type { Tracing } from '@headwater/engine/ports/tracing.ts';
import type { Wake } from '@headwater/engine/ports/wake.ts';
import { type WarningEvents, watchWarnings } from '@headwater/engine/watch/warning-events.ts';
import type { RulesRead } from '@headwater/engine/rules/read-rules.ts';
import { createRuleBook, type RuleBook } from '@headwater/engine/rules/rule-book.ts';
import type { Settings } from '../config/settings.ts';
import { followRules } from '../rules/rule-files.ts';
import type { Wiring } from '../wiring.ts';
import { type ClusterConfig, defaultClusterName } from './cluster-configs.ts';
import { followCluster, type LiveCluster, type LiveClusterDependencies } from './live-cluster.ts';
import { type Loop, startLoop } from './loop.ts';
import { registerJobs } from './run-jobs.ts';
import { startNotifying } from './start-notifying.ts';
import { startJobs } from './start-jobs.ts';
import { startJournal } from './start-journal.ts';
import { startRetention } from './start-retention.ts';
import { tellWarnings } from './tell-warnings.ts';

/** What the worker role is made of; everything that touches the world comes from outside. */
export interface WorkParts {
  readonly settings: Settings;
  readonly clusters: readonly ClusterConfig[];
  readonly store: Store;
  readonly jobs: JobWorker;
  readonly wake: Wake;
  /** Where people outside are told of incidents. */
  readonly notifiers: readonly Notifier[];
  readonly wiring: Wiring;
  readonly runtime: AnalysisRuntime;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly tracing?: Tracing;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly now: () => number;
  readonly random: () => number;
  readonly newId: (prefix: string) => string;
}

/** The worker role while it runs. */
export interface Work {
  readonly clusters: Clusters;
  readonly runtime: AnalysisRuntime;
  /** Takes nothing new, lets jobs end within the grace and hands back the rest. */
  stop(graceMilliseconds: number): Promise<void>;
}

/** Episodes of one cluster in one transaction. */
const CORRELATE_BATCH = 500;
/** For a wake-up that was lost. */
const CORRELATE_EVERY_MS = SECOND;
const WARNINGS_EVERY_MS = 2 * SECOND;
/** What alerts of the first seconds wait at most for the first lists of the clusters. */
const ACQUAINTED_WITHIN_MS = 3 * SECOND;

/** Starts everything that happens without being asked: clusters, correlation, sweeps, Warning Events, notices, jobs. Nothing here waits for a cluster. */
export function startWork(parts: WorkParts): Work {
  const { settings, store, log, now, newId, metrics } = parts;
  const runtime = { ...parts.runtime, rules: ruleBookOf(parts) };
  const ctx: VerbContext = { store, actor: systemActor, now, newId, requestId: null, remoteAddress: null };
  const warnings = new Map<string, WarningEvents>();
  const live = new Map(parts.clusters.map((config) => [config.name, follow(parts, config, warnings)]));
  const clusters: Clusters = { get: (name) => live.get(name) ?? null, names: () => [...live.keys()] };
  const intake = intakeOf(parts);
  const publicUrl = settings.server.publicUrl?.replace(/\/$/, '') ?? null;
  const loops = [
    startCorrelator(ctx, parts, live),
    startSweeps(ctx, parts),
    startRetention(ctx, { periods: settings.retention, log }),
    ...startNotifying({ ctx, notifiers: parts.notifiers, publicUrl, wake: parts.wake, log }),
    ...startWarnings(ctx, { intake, warnings, log }),
  ];
  const { concurrency } = settings.diagnosis;
  registerJobs({
    ctx,
    jobs: parts.jobs,
    diagnose: { clusters, runtime, log, ...(parts.tracing && { tracing: parts.tracing }) },
    concurrency,
    metrics,
  });
  const jobs = startJobs(parts.jobs, log);
  return {
    clusters,
    runtime,
    stop: async (grace) => {
      await Promise.all([jobs.stop(grace), ...loops.map((loop) => loop.stop())]);
      await intake.queue.close();
      await Promise.all([...live.values()].map((cluster) => cluster.close()));
    },
  };
}

function ruleBookOf({ settings: { diagnosis }, log }: WorkParts): RuleBook {
  const nothing: RulesRead = { rules: [], bad: [] };
  const files = diagnosis.rules === undefined ? () => nothing : followRules([diagnosis.rules]);
  return createRuleBook({ files, configMap: diagnosis.rulesConfigMap, log });
}

function startCorrelator(ctx: VerbContext, parts: WorkParts, live: ReadonlyMap<string, LiveCluster>): Loop {
  const { wake, log, settings } = parts;
  const acquainted = once((signal) => firstLists(live, signal));
  const correlator = startLoop({
    every: CORRELATE_EVERY_MS,
    onError: (error) => log.error({ error }, 'alerts could not be correlated'),
    run: async (signal) => {
      await acquainted(signal);
      if (signal.aborted) return false;
      const done = await correlateWaiting(ctx, {
        limit: CORRELATE_BATCH,
        topology: (cluster) => live.get(cluster)?.topology() ?? emptyTopology,
        reopenWindow: settings.incidents.reopenWindow,
      });
      if (done.episodes > 0) log.info({ ...done }, 'alerts correlated');
      return done.more;
    },
  });
  wake.on('headwater_alert', correlator.kick);
  return correlator;
}

// Without owners and neighbours every Pod would be an incident of its own; a cluster that does not answer must not hold up the alerts of the others.
async function firstLists(live: ReadonlyMap<string, LiveCluster>, signal: AbortSignal): Promise<void> {
  const ending = new AbortController();
  const patience = sleep(ACQUAINTED_WITHIN_MS, undefined, { signal: AbortSignal.any([signal, ending.signal]) });
  const lists = Promise.all([...live.values()].map(({ synced }) => synced));
  await Promise.race([lists, patience.catch(() => undefined)]);
  ending.abort();
}

function once(work: (signal: AbortSignal) => Promise<void>): (signal: AbortSignal) => Promise<void> {
  let done: Promise<void> | undefined;
  return (signal) => (done ??= work(signal));
}

function startSweeps(ctx: VerbContext, { settings, log }: WorkParts): Loop {
  const { quietPeriod, sweepInterval } = settings.incidents;
  return startLoop({
    every: sweepInterval,
    onError: (error) => log.error({ error }, 'a sweep failed'),
    run: async () => {
      await runSweeps(ctx, { quietPeriod, onError: (sweep, error) => log.error({ sweep, error }, 'a sweep failed') });
      return false;
    },
  });
}

interface WarningParts {
  readonly intake: Intake;
  readonly warnings: ReadonlyMap<string, WarningEvents>;
  readonly log: Log;
}

function startWarnings(ctx: VerbContext, { intake, warnings, log }: WarningParts): Loop[] {
  if (warnings.size === 0) return [];
  const loop = startLoop({
    every: WARNINGS_EVERY_MS,
    onError: (error) => log.warn({ error }, 'Warning Events could not be stored; they are tried again'),
    run: () => tellWarnings(ctx, intake, warnings.values()),
  });
  return [loop];
}

function follow(parts: WorkParts, config: ClusterConfig, warnings: Map<string, WarningEvents>): LiveCluster {
  const { wiring, env, now, random, log, settings } = parts;
  const deps = { wiring, env, now, random, log, ...journalOf(parts, config) };
  const { eventSignals, eventReasons, eventQuiet, eventLimit } = settings.kubernetes;
  if (!eventSignals) return followCluster(config, deps);
  const watch = watchWarnings({
    cluster: config.name,
    reasons: eventReasons,
    quiet: eventQuiet,
    perMinute: eventLimit,
  });
  warnings.set(config.name, watch);
  const onChange = (type: 'ADDED' | 'MODIFIED' | 'DELETED', object: Parameters<WarningEvents['offer']>[0]): void => {
    // Events are deleted by age alone; that says nothing of what they told.
    if (type !== 'DELETED') watch.offer(object, now());
  };
  return followCluster(config, { ...deps, onChange });
}

function journalOf(
  { settings, store, wiring, now, log, metrics, runtime }: WorkParts,
  { name: cluster }: ClusterConfig,
): Pick<LiveClusterDependencies, 'journal' | 'journalReach'> {
  const { enabled, secrets: readSecrets, window: journalReach } = settings.journal;
  if (!enabled) return {};
  const parts = { cluster, store, wiring, readSecrets, now, log, metrics, pause: () => runtime.pause() };
  return { journalReach, journal: (reader) => startJournal({ ...parts, reader }) };
}

function intakeOf({ store, metrics, settings, clusters, newId, runtime }: WorkParts): Intake {
  return createIntake({
    store,
    metrics,
    newId,
    defaultCluster: defaultClusterName(settings, clusters),
    elapsed: () => runtime.monotonic(),
    maxWaitingAlerts: settings.intake.maxWaitingAlerts,
  });
}
