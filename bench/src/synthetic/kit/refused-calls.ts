import type { Millis } from '@headwater/core/time.ts';
import { highErrorRate } from '@headwater/testkit/world/alerts.ts';
import { complaining } from '@headwater/testkit/world/caller-logs.ts';
import type { Plan, Workload } from '@headwater/testkit/world/plan.ts';
import { clusterAddress } from '@headwater/testkit/world/service.ts';

export interface RefusedCalls {
  readonly target: Workload;
  readonly port: number;
  readonly since: Millis;
}

/** A caller whose requests to a Service without a ready endpoint are refused, in the words of its runtime, with its alert. */
export function refusedCalls(plan: Plan, caller: Workload, call: RefusedCalls): void {
  const { target, since } = call;
  complaining(plan, caller, {
    complaints: [
      {
        since: since + 4_000,
        every: 25,
        say: () => ({
          level: 'error',
          message: `call to ${target.name} failed: ${refusal(plan, caller, call)}`,
          fields: { status: 502 },
        }),
      },
    ],
  });
  const percent = plan.scene.random.int('refused/percent', 12, 71);
  highErrorRate(plan, caller, { since, percent });
}

function refusal(plan: Plan, { logStyle }: Workload, { target, port }: RefusedCalls): string {
  const address = `${clusterAddress(plan.scene, target)}:${port}`;
  const host = `${target.name}:${port}`;
  if (logStyle === 'spring') return `I/O error on POST request for "http://${host}/api": Connection refused`;
  if (logStyle === 'pino') return `connect ECONNREFUSED ${address}`;
  if (logStyle === 'python')
    return `HTTPConnectionPool(host='${target.name}', port=${port}): Max retries exceeded with url: /api (Caused by NewConnectionError('Failed to establish a new connection: [Errno 111] Connection refused'))`;
  return `Post "http://${host}/api": dial tcp ${address}: connect: connection refused`;
}
