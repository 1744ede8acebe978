import type { Millis } from '@headwater/core/time.ts';

/** What the jobs of each queue carry; a job that needs a queue adds its line here and in `JOB_QUEUES`. */
export interface JobData {
  /** Collect and diagnose one incident; keyed by the incident. */
  readonly diagnose: { readonly incidentId: string; readonly requestedBy?: string | undefined };
}

export type JobName = keyof JobData;

export interface QueueSettings {
  /** True: `key` is required, and at most one job per key waits and one runs. */
  readonly keyed: boolean;
  /** A run that takes longer is given up and tried again. */
  readonly expireSeconds: number;
}

export const JOB_QUEUES: { readonly [Name in JobName]: QueueSettings } = {
  diagnose: { keyed: true, expireSeconds: 300 },
};

export interface SendOptions {
  /** A job whose key already waits in the queue is not added again. */
  readonly key?: string;
  readonly startAfter?: Millis;
}

/** Adds work to be done after the transaction commits; nothing is added when it does not. */
export interface JobSender {
  /** True when a job was added, false when one with the same key was already waiting. */
  send<Name extends JobName>(name: Name, data: JobData[Name], options?: SendOptions): Promise<boolean>;
  /** Adds many at once, in one statement; the same rules for each. */
  sendMany<Name extends JobName>(name: Name, jobs: readonly ManyJob<Name>[]): Promise<void>;
}

export interface ManyJob<Name extends JobName> extends SendOptions {
  readonly data: JobData[Name];
}

export interface JobHandler<Name extends JobName> {
  /** How many jobs of this queue this process runs at once. */
  readonly concurrency: number;
  /** Runs at least once per job, so it must be idempotent; a throw is retried with back-off, at last a dead letter. */
  readonly handler: (data: JobData[Name], signal: AbortSignal) => Promise<void>;
}

/** Runs the jobs of the queues it was told of. */
export interface JobWorker {
  register<Name extends JobName>(name: Name, job: JobHandler<Name>): void;
  start(): Promise<void>;
  /** Takes no more jobs, lets running ones end within the grace, then aborts them and hands them back. */
  stop(graceMilliseconds: number): Promise<void>;
}

export interface QueueDepth {
  readonly name: JobName;
  readonly waiting: number;
  readonly active: number;
  readonly dead: number;
  /** When the oldest job that may run now was added; null when none waits. */
  readonly oldestWaitingAt: Millis | null;
}

export interface DeadJob {
  readonly id: string;
  readonly name: JobName;
  readonly key: string | null;
  readonly data: unknown;
  readonly error: string;
  readonly attempts: number;
  readonly diedAt: Millis;
}

/** Looks at the queues and brings dead jobs back. */
export interface JobAdmin {
  depths(): Promise<readonly QueueDepth[]>;
  dead(limit: number): Promise<readonly DeadJob[]>;
  /** Puts dead jobs back in their queues; `all` or ids. Returns how many. */
  replay(ids: readonly string[] | 'all'): Promise<number>;
}
