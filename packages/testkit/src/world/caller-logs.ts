import type { Millis } from '@headwater/core/time.ts';
import { type Chatter, chatterLog, LOG_WINDOW, requestChatter, type Utterance } from './log-lines.ts';
import type { Plan, PodPlan, Workload } from './plan.ts';
import { mainContainer } from './pod-spec.ts';
import { running } from './pod-states/running.ts';
import type { PodState } from './pod.ts';
import type { Scene } from './scene.ts';

export interface Complaint {
  readonly since: Millis;
  /** Seconds between complaints. */
  readonly every: number;
  readonly say: (time: Millis, index: number) => Utterance;
}

export interface ComplainingOptions {
  readonly complaints: readonly Complaint[];
  /** Default: running and ready. */
  readonly state?: PodState;
  /** Paths it serves, for its ordinary lines. */
  readonly paths?: readonly string[];
  readonly pod?: Partial<PodPlan>;
}

/** Lets every replica run and complain in its log from a time on, until the repair where there is one. */
export function complaining(plan: Plan, workload: Workload, options: ComplainingOptions): void {
  const { scene } = plan;
  const state = options.state ?? running();
  workload.pods = Array.from(
    { length: workload.replicas },
    (): PodPlan => ({
      revision: 'current',
      state,
      logs: (pod) => [
        { container: mainContainer(workload.spec).name, lines: complaintLog(scene, workload, { pod, options }) },
      ],
      ...options.pod,
    }),
  );
}

/** The lines of one pod that serves and complains. */
export function complaintLog(
  scene: Scene,
  workload: Workload,
  input: { pod: { name: string; from: Millis; to: Millis }; options: ComplainingOptions },
): string[] {
  const { pod, options } = input;
  const until = scene.repaired ? scene.repairedAt + 20_000 : Number.POSITIVE_INFINITY;
  const noun = workload.name.replace(/^svc-/, '').split('-')[0] ?? workload.name;
  const chatter: Chatter[] = options.complaints.map(({ since, every, say }) => ({
    every,
    from: since,
    to: until,
    say,
  }));
  return chatterLog(scene, {
    style: workload.logStyle === 'quiet' ? 'logfmt' : workload.logStyle,
    app: workload.name,
    pod: pod.name,
    from: Math.max(
      pod.from,
      Math.min(scene.now - LOG_WINDOW, ...options.complaints.map(({ since }) => since - 4 * 60_000)),
    ),
    to: pod.to,
    limit: 36,
    chatter: [requestChatter(scene, pod.name, options.paths ?? [`/api/${noun}`, `/api/${noun}/recent`]), ...chatter],
  });
}

/** An error line about a call to another service. */
export function failedCall(call: {
  readonly to: string;
  readonly url: string;
  readonly error: string;
}): Complaint['say'] {
  return () => ({
    level: 'error',
    message: `call to ${call.to} failed: Post "${call.url}": ${call.error}`,
    fields: { status: 502 },
  });
}
