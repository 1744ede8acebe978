import { AppError } from '@headwater/core/errors.ts';
import { formatTime } from '@headwater/core/time.ts';
import type { CommandContext } from '../../cli/context.ts';
import { withDatabase } from '../../cli/with-database.ts';
import { printJson, printList } from '../../client/output.ts';
import type { DeadFlags, JobFlags, ReplayFlags } from '../jobs.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Prints the depth of every queue. */
export async function listJobs(context: CommandContext, flags: JobFlags): Promise<void> {
  const queues = await withDatabase(context, flags, (tools) => tools.jobs.depths());
  if (flags.output === 'json') {
    const rows = queues.map((queue) => ({ ...queue, oldestWaitingAt: timeOf(queue.oldestWaitingAt) }));
    return printJson(context.io, rows);
  }
  printList(context.io, flags.output, queues, [
    ['queue', ({ name }) => name],
    ['waiting', ({ waiting }) => String(waiting)],
    ['running', ({ active }) => String(active)],
    ['dead', ({ dead }) => String(dead)],
    ['oldest waits since', ({ oldestWaitingAt }) => timeOf(oldestWaitingAt) ?? '-'],
  ]);
}

/** Prints the dead letters. */
export async function listDeadJobs(context: CommandContext, flags: DeadFlags): Promise<void> {
  const dead = await withDatabase(context, flags, (tools) => tools.jobs.dead(flags.limit));
  if (flags.output === 'json')
    return printJson(
      context.io,
      dead.map((job) => ({ ...job, diedAt: timeOf(job.diedAt) })),
    );
  if (dead.length === 0) return context.io.out('No job failed for good.\n');
  printList(context.io, flags.output, dead, [
    ['id', ({ id }) => id],
    ['queue', ({ name }) => name],
    ['key', ({ key }) => key ?? '-'],
    ['attempts', ({ attempts }) => String(attempts)],
    ['failed at', ({ diedAt }) => formatTime(diedAt)],
    ['error', ({ error }) => error],
  ]);
}

/** Puts dead letters back; the next free worker takes them. */
export async function replayJobs(context: CommandContext, ids: readonly string[], flags: ReplayFlags): Promise<void> {
  if (flags.all === true ? ids.length > 0 : ids.length === 0) {
    throw new AppError('invalid', 'name the jobs to replay (headwater jobs dead shows them), or give --all');
  }
  const wrong = ids.find((id) => !UUID.test(id));
  if (wrong !== undefined) throw new AppError('invalid', `${wrong} is no job id; headwater jobs dead shows them`);
  const count = await withDatabase(context, flags, (tools) => tools.jobs.replay(flags.all === true ? 'all' : ids));
  context.io.out(`Put ${count} ${count === 1 ? 'job' : 'jobs'} back.\n`);
}

function timeOf(at: number | null): string | null {
  return at === null ? null : formatTime(at);
}
