import type { VerbContext } from '@headwater/engine/context.ts';
import { mergeByCause } from '@headwater/engine/correlate/merge-by-cause.ts';
import type { DiagnoseDependencies } from '@headwater/engine/diagnose/diagnose-incident.ts';
import type { JobData, JobName, JobWorker } from '@headwater/engine/ports/jobs.ts';
import type { Metrics } from '@headwater/engine/ports/metrics.ts';

export interface JobParts {
  readonly ctx: VerbContext;
  readonly jobs: JobWorker;
  readonly diagnose: DiagnoseDependencies;
  readonly concurrency: number;
  readonly metrics: Metrics;
}

/** Names what this process does with the jobs it takes. */
export function registerJobs({ ctx, jobs, diagnose, concurrency, metrics }: JobParts): void {
  const register = <Name extends JobName>(
    name: Name,
    handle: (data: JobData[Name], signal: AbortSignal) => Promise<string>,
  ): void => {
    jobs.register(name, {
      concurrency,
      handler: async (data, signal) => {
        const started = diagnose.runtime.monotonic();
        let outcome = 'failed';
        try {
          outcome = await handle(data, signal);
        } catch (error) {
          if (signal.aborted) outcome = 'handed-back';
          throw error;
        } finally {
          const seconds = (diagnose.runtime.monotonic() - started) / 1000;
          metrics.observe('headwater_job_duration_seconds', { queue: name, outcome }, seconds);
        }
      },
    });
  };
  register('diagnose', async (data, signal) => {
    // The analyzers are half of all code; a server that nobody has alerted yet need not hold them.
    const { diagnoseIncident } = await import('@headwater/engine/diagnose/diagnose-incident.ts');
    const { state } = await diagnoseIncident(ctx, { ...data, signal }, diagnose);
    if (state === 'written') await mergeByCause(ctx, data.incidentId);
    return state;
  });
}
