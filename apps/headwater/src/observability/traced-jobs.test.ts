import type { JobHandler, JobWorker } from '@headwater/engine/ports/jobs.ts';
import type { Tracing } from '@headwater/engine/ports/tracing.ts';
import { expect, it } from 'vitest';
import { tracedJobs } from './traced-jobs.ts';

it('runs each job inside a span that names its queue and incident, and passes failures on', async () => {
  const registered: JobHandler<'diagnose'>[] = [];
  const worker: JobWorker = {
    register: (_name, job) => void registered.push(job as unknown as JobHandler<'diagnose'>),
    start: () => Promise.resolve(),
    stop: () => Promise.resolve(),
  };
  const spans: unknown[] = [];
  const tracing: Tracing = {
    span: (name, attributes, work) => {
      spans.push([name, attributes]);
      return work();
    },
  };
  const jobs = tracedJobs(worker, { tracing });
  const handler: JobHandler<'diagnose'>['handler'] = ({ incidentId }) =>
    incidentId === 'inc_2' ? Promise.reject(new Error('no')) : Promise.resolve();
  jobs.register('diagnose', { concurrency: 3, handler });
  const { signal } = new AbortController();
  await registered[0]?.handler({ incidentId: 'inc_1' }, signal);
  await expect(registered[0]?.handler({ incidentId: 'inc_2' }, signal)).rejects.toThrow('no');
  expect(registered[0]?.concurrency).toBe(3);
  expect(spans[0]).toEqual(['job diagnose', { queue: 'diagnose', incidentId: 'inc_1' }]);
});
