import { type Millis, SECOND } from '@headwater/core/time.ts';
import { about } from './controller-events.ts';
import type { EventDraft } from './events.ts';
import type { Json, KubeJson } from './json.ts';
import { metadata, uidOf } from './metadata.ts';
import { object } from './objects.ts';
import type { Plan } from './plan.ts';
import { type PodFrame, type PodOutcome, type PodState, renderPod } from './pod.ts';
import type { PodSpecJson } from './pod-spec.ts';
import { stamp } from './scene.ts';

export interface JobOptions {
  readonly namespace: string;
  readonly name: string;
  readonly created: Millis;
  readonly spec: PodSpecJson;
  /** One state per try, oldest first, with when the pod was made. */
  readonly tries: readonly { readonly at: Millis; readonly state: PodState }[];
  readonly result: 'complete' | 'failed' | 'active';
  readonly endedAt?: Millis;
  readonly failure?: { readonly reason: string; readonly message: string };
  readonly backoffLimit?: number;
  readonly owner?: KubeJson | undefined;
  readonly specExtra?: Json;
}

export interface MadeJob {
  readonly job: KubeJson;
  readonly pods: readonly {
    readonly name: string;
    readonly object: KubeJson;
    readonly frame: PodFrame;
    readonly outcome: PodOutcome;
  }[];
}

/** Adds a Job with the pods of its tries, their events and logs. */
export function addJob(plan: Plan, options: JobOptions): MadeJob {
  const { scene } = plan;
  const { namespace, name } = options;
  const identity = { apiVersion: 'batch/v1', kind: 'Job', namespace, name };
  const uid = uidOf(scene, identity, options.created);
  const labels = {
    'batch.kubernetes.io/controller-uid': uid,
    'batch.kubernetes.io/job-name': name,
    'controller-uid': uid,
    'job-name': name,
  };
  const spec = {
    ...options.spec,
    restartPolicy: options.spec['restartPolicy'] === 'Always' ? 'Never' : options.spec['restartPolicy'],
  };
  const job: KubeJson = {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: metadata(scene, identity, {
      created: options.created,
      changed: options.endedAt,
      owner: options.owner,
      labels,
      generation: 1,
      annotations: options.owner
        ? { 'batch.kubernetes.io/cronjob-scheduled-timestamp': stamp(options.created) }
        : undefined,
    }),
    spec: {
      backoffLimit: options.backoffLimit ?? 6,
      completionMode: 'NonIndexed',
      completions: 1,
      manualSelector: false,
      parallelism: 1,
      podReplacementPolicy: 'TerminatingOrFailed',
      selector: { matchLabels: { 'batch.kubernetes.io/controller-uid': uid } },
      suspend: false,
      template: { metadata: { labels }, spec },
      ...options.specExtra,
    },
    status: jobStatus(options),
  };
  plan.objects.push(job);
  const pods = options.tries.map((attempt, index) => addTry(plan, { options, job, labels, spec, attempt, index }));
  plan.events.push(...jobEvents(options, job, pods));
  return { job, pods };
}

function jobStatus(options: JobOptions): Json {
  const startTime = stamp(options.created);
  if (options.result === 'active')
    return { active: 1, ready: 1, startTime, terminating: 0, uncountedTerminatedPods: {} };
  const at = stamp(options.endedAt ?? options.created);
  const base = { lastProbeTime: at, lastTransitionTime: at, status: 'True' };
  if (options.result === 'complete') {
    const done = { ...base, message: 'Reached expected number of succeeded pods', reason: 'CompletionsReached' };
    return {
      completionTime: at,
      conditions: [
        { ...done, type: 'SuccessCriteriaMet' },
        { ...done, type: 'Complete' },
      ],
      ready: 0,
      startTime,
      succeeded: 1,
      terminating: 0,
      uncountedTerminatedPods: {},
    };
  }
  const failure = {
    ...base,
    reason: 'BackoffLimitExceeded',
    message: 'Job has reached the specified backoff limit',
    ...options.failure,
  };
  return {
    conditions: [
      { ...failure, type: 'FailureTarget' },
      { ...failure, type: 'Failed' },
    ],
    failed: options.tries.length,
    ready: 0,
    startTime,
    terminating: 0,
    uncountedTerminatedPods: {},
  };
}

interface TryInput {
  readonly options: JobOptions;
  readonly job: KubeJson;
  readonly labels: Record<string, string>;
  readonly spec: PodSpecJson;
  readonly attempt: { readonly at: Millis; readonly state: PodState };
  readonly index: number;
}

function addTry(plan: Plan, input: TryInput): MadeJob['pods'][number] {
  const { scene } = plan;
  const { options, attempt, spec } = input;
  const { namespace } = options;
  const name = `${options.name}-${scene.random.suffix(`job/${namespace}/${options.name}/${input.index}`, 5)}`;
  const uid = uidOf(scene, { apiVersion: 'v1', kind: 'Pod', namespace, name }, attempt.at);
  const workers = plan.nodes.filter(({ controlPlane }) => !controlPlane);
  const node = workers[scene.random.int(`job-node/${options.name}/${input.index}`, 0, workers.length - 1)];
  if (!node) throw new Error('no worker node');
  const ip = `${scene.cluster.podNetwork}.4.${scene.random.int(`job-ip/${uid}`, 3, 250)}`;
  const frame: PodFrame = { scene, namespace, name, uid, created: attempt.at, spec, node, ip, workload: options.name };
  const outcome = attempt.state(frame);
  const pod = renderPod(frame, outcome, { owner: input.job, labels: input.labels, generateName: `${options.name}-` });
  plan.objects.push(pod);
  plan.events.push(...outcome.events);
  plan.logs.push(...outcome.logs.map((log) => ({ namespace, pod: name, ...log })));
  return { name, object: pod, frame, outcome };
}

function jobEvents(options: JobOptions, job: KubeJson, pods: MadeJob['pods']): EventDraft[] {
  const base = { about: about(job), component: 'job-controller', count: 1 } as const;
  const events: EventDraft[] = pods.map(({ name, frame }) => ({
    ...base,
    type: 'Normal',
    reason: 'SuccessfulCreate',
    message: `Created pod: ${name}`,
    first: frame.created,
    last: frame.created,
  }));
  const at = options.endedAt;
  if (at === undefined) return events;
  if (options.result === 'complete')
    events.push({ ...base, type: 'Normal', reason: 'Completed', message: 'Job completed', first: at, last: at });
  if (options.result === 'failed') {
    const { reason = 'BackoffLimitExceeded', message = 'Job has reached the specified backoff limit' } =
      options.failure ?? {};
    events.push({ ...base, type: 'Warning', reason, message, first: at, last: at });
  }
  return events;
}

export interface CronOptions {
  readonly namespace: string;
  readonly name: string;
  readonly created: Millis;
  readonly schedule: string;
  readonly spec: PodSpecJson;
  readonly lastScheduled?: Millis;
  readonly lastSuccessful?: Millis;
  readonly suspend?: boolean;
  readonly changed?: { readonly at: Millis; readonly manager: string; readonly wrote: Json };
  readonly specExtra?: Json;
}

/** A CronJob; its Jobs are added with `addJob` and this as owner. */
export function cronJob(plan: Plan, options: CronOptions): KubeJson {
  const { namespace, name } = options;
  const spec = {
    ...options.spec,
    restartPolicy: options.spec['restartPolicy'] === 'Always' ? 'Never' : options.spec['restartPolicy'],
  };
  return object(
    plan.scene,
    { apiVersion: 'batch/v1', kind: 'CronJob', namespace, name },
    {
      created: options.created,
      changed: Math.max(options.changed?.at ?? 0, options.lastScheduled ?? options.created),
      generation: options.changed ? 2 : 1,
      writers: [
        { manager: plan.scene.cast.manager, at: options.created, wrote: { spec: { jobTemplate: 1, schedule: 1 } } },
        ...(options.changed ? [options.changed] : []),
      ],
    },
    {
      spec: {
        concurrencyPolicy: 'Forbid',
        failedJobsHistoryLimit: 1,
        jobTemplate: {
          metadata: { creationTimestamp: null },
          spec: { backoffLimit: 3, template: { metadata: { creationTimestamp: null }, spec } },
        },
        schedule: options.schedule,
        successfulJobsHistoryLimit: 3,
        suspend: options.suspend ?? false,
        ...options.specExtra,
      },
      status: {
        lastScheduleTime: options.lastScheduled ? stamp(options.lastScheduled) : undefined,
        lastSuccessfulTime: options.lastSuccessful ? stamp(options.lastSuccessful + 20 * SECOND) : undefined,
      },
    },
  );
}
