import type { Alert } from '@headwater/diagnosis/snapshot/input.ts';
import type { VerbContext } from '../context.ts';
import type { Clusters } from '../ports/clusters.ts';
import type { Log } from '../ports/log.ts';
import type { DiagnosedIncident } from '../ports/store/diagnoses.ts';
import { noTracing, type Tracing } from '../ports/tracing.ts';
import { type AnalysisRuntime, analyse } from './analyse.ts';
import { collectIncident } from './collect-incident.ts';
import { gatherEvidence } from './evidence/gather.ts';
import { recordDiagnosis } from './record-diagnosis.ts';

export interface DiagnoseDependencies {
  readonly clusters: Clusters;
  readonly runtime: AnalysisRuntime;
  readonly log: Log;
  readonly tracing?: Tracing;
}

export interface DiagnoseRequest {
  readonly incidentId: string;
  /** Name of the person who asked; undefined when alerts changed. */
  readonly requestedBy?: string | undefined;
  readonly signal: AbortSignal;
}

/** `skipped` names why there was nothing to diagnose; `unchanged` says that the last analysis still stands. */
export type DiagnoseOutcome =
  | { readonly state: 'written'; readonly revision: number }
  | { readonly state: 'unchanged' }
  | { readonly state: 'skipped'; readonly reason: 'no such incident' | 'merged into another' | 'no alerts' };

/**
 * Collects and diagnoses one incident and keeps what was found. Safe to run again at any point: nothing is written but in
 * one transaction at the end, and there only when something changed.
 */
export async function diagnoseIncident(
  ctx: VerbContext,
  { incidentId, requestedBy, signal }: DiagnoseRequest,
  deps: DiagnoseDependencies,
): Promise<DiagnoseOutcome> {
  const { diagnoses } = ctx.store;
  const incident = await diagnoses.incident(incidentId);
  if (!incident) return { state: 'skipped', reason: 'no such incident' };
  if (incident.mergedInto) return { state: 'skipped', reason: 'merged into another' };
  const alerts = await diagnoses.alerts(incidentId);
  if (alerts.length === 0) {
    await diagnoses.setState(incidentId, 'done');
    return { state: 'skipped', reason: 'no alerts' };
  }
  await diagnoses.setState(incidentId, 'running');
  try {
    return await run(ctx, { incident, alerts, requestedBy: requestedBy ?? null, signal }, deps);
  } catch (error) {
    // Handed back on the way out of the process: the job runs again elsewhere, so nothing has failed.
    if (!signal.aborted) await diagnoses.setState(incidentId, 'failed').catch(() => undefined);
    throw error;
  }
}

interface Run {
  readonly incident: DiagnosedIncident;
  readonly alerts: readonly Alert[];
  readonly requestedBy: string | null;
  readonly signal: AbortSignal;
}

async function run(
  ctx: VerbContext,
  { incident, alerts, requestedBy, signal }: Run,
  { clusters, runtime, log, tracing = noTracing }: DiagnoseDependencies,
): Promise<DiagnoseOutcome> {
  const started = runtime.monotonic();
  const { cluster, namespaces } = incident;
  const wanted = { cluster, namespaces, alerts, now: ctx.now(), signal };
  const input = await tracing.span('collect', { cluster }, () => collectIncident(clusters, wanted));
  const objects = input.objects.length;
  const collected = await tracing.span('diagnose', { objects }, () => analyse(input, runtime, signal));
  await runtime.pause();
  const evidence = gatherEvidence(collected);
  signal.throwIfAborted();
  const milliseconds = Math.round(runtime.monotonic() - started);
  const outcome = await recordDiagnosis(ctx, {
    incidentId: incident.id,
    alerts,
    collected,
    evidence,
    requestedBy,
    milliseconds,
  });
  const { verdict, gaps } = collected.diagnosis;
  log.info(
    {
      incidentId: incident.id,
      cluster,
      ...outcome,
      verdict,
      gaps: gaps.length,
      evidence: evidence.length,
      milliseconds,
    },
    'diagnosed',
  );
  return outcome;
}
