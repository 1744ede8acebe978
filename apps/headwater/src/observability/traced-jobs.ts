import type { JobHandler, JobName, JobWorker } from '@headwater/engine/ports/jobs.ts';
import type { Tracing } from '@headwater/engine/ports/tracing.ts';

/** The same worker, each run of a job in a span of its own. */
export function tracedJobs(worker: JobWorker, { tracing }: { readonly tracing: Tracing }): JobWorker {
  function observed<Name extends JobName>(queue: Name, { handler }: JobHandler<Name>): JobHandler<Name>['handler'] {
    return (data, signal) => tracing.span(`job ${queue}`, { queue, ...incidentOf(data) }, () => handler(data, signal));
  }

  return {
    register: (name, job) => worker.register(name, { ...job, handler: observed(name, job) }),
    start: () => worker.start(),
    stop: (grace) => worker.stop(grace),
  };
}

function incidentOf(data: object): { readonly incidentId?: string } {
  return 'incidentId' in data && typeof data.incidentId === 'string' ? { incidentId: data.incidentId } : {};
}
