import type { Millis } from '@headwater/core/time.ts';
import { type Complaint, complaining } from '@headwater/testkit/world/caller-logs.ts';
import type { Plan, Workload } from '@headwater/testkit/world/plan.ts';
import type { Scene } from '@headwater/testkit/world/scene.ts';
import { clusterAddress } from '@headwater/testkit/world/service.ts';
import { type Callee, callFailed, errorText, type Failure } from './runtime-errors.ts';
import { runtimeOf } from './runtimes.ts';
import { requestsAround } from './spans.ts';

export interface CallTarget {
  readonly namespace: string;
  readonly name: string;
  readonly port: number;
}

export interface FailingCalls {
  readonly target: CallTarget;
  readonly failure: Failure;
  readonly since: Millis;
  readonly path?: string;
  /** Default: https where the failure is one of TLS, else http. */
  readonly scheme?: 'http' | 'https';
  /** Seconds between complaints; default 30. */
  readonly every?: number;
}

function calleeOf(scene: Scene, { target, failure, path = '/items', scheme }: FailingCalls): Callee {
  const tls = failure === 'untrusted' || failure === 'expired';
  return {
    host: target.name,
    port: target.port,
    address: clusterAddress(scene, target),
    path,
    scheme: scheme ?? (tls ? 'https' : 'http'),
  };
}

/** One complaint about calls that fail, in the words of the caller's runtime. */
export function callComplaint(scene: Scene, caller: Workload, call: FailingCalls): Complaint {
  const { since, every = 30, failure } = call;
  return { since, every, say: callFailed(scene, caller, { callee: calleeOf(scene, call), failure }) };
}

/** Lets a caller log that its calls to a Service fail. */
export function callsFail(plan: Plan, caller: Workload, call: FailingCalls): void {
  complaining(plan, caller, { complaints: [callComplaint(plan.scene, caller, call)] });
}

/** As `callsFail`, with the spans an SDK makes of calls whose handshake fails: the callee has none. */
export function tlsFails(plan: Plan, caller: Workload, call: FailingCalls): void {
  const callee = calleeOf(plan.scene, call);
  callsFail(plan, caller, call);
  const error = errorText(plan.scene, runtimeOf(caller), { callee, failure: call.failure });
  requestsAround(plan, call.since, (faulty) => ({
    legs: [{ workload: caller, operation: 'POST /', own: 11, error: faulty ? 'call failed' : undefined }],
    outward: {
      name: 'POST',
      took: 7,
      attributes: { 'server.address': callee.host, 'server.port': String(callee.port), 'url.path': callee.path ?? '' },
      error: faulty ? error : undefined,
    },
  }));
}
