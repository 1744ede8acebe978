import { Worker } from 'node:worker_threads';
import { AppError } from '@headwater/core/errors.ts';
import type { CaseResult, Suite, SuiteOptions } from '../suite.ts';

/** One part of one suite, and what a worker answers to it. */
export interface PartTask {
  readonly suite: string;
  readonly part: string;
}
export type PartAnswer = { readonly cases: readonly CaseResult[] } | { readonly failure: string };

export interface RunSuitesOptions {
  readonly suites: readonly Suite[];
  readonly options: SuiteOptions;
  readonly threads: number;
  readonly onPart?: (task: PartTask, done: number, total: number) => void;
}

/** Runs the parts of all suites in worker threads, timed ones first; the cases come back by suite, in the order of the parts. */
export async function runSuites({
  suites,
  options,
  threads,
  onPart,
}: RunSuitesOptions): Promise<Map<string, CaseResult[]>> {
  const parts = await Promise.all(
    suites.map(async (suite) => (await suite.parts(options)).map((part): PartTask => ({ suite: suite.name, part }))),
  );
  const tasks = parts.flat();
  const answers = new Map<PartTask, readonly CaseResult[]>();
  const alone = new Set(suites.flatMap((suite) => (suite.alone ? [suite.name] : [])));
  const onAnswer = (task: PartTask, cases: readonly CaseResult[]): void => {
    answers.set(task, cases);
    onPart?.(task, answers.size, tasks.length);
  };
  const isTimed = ({ suite }: PartTask): boolean => alone.has(suite);
  await work(tasks.filter(isTimed), { options, threads: 1, onAnswer });
  await work(
    tasks.filter((task) => !isTimed(task)),
    { options, threads, onAnswer },
  );
  return new Map(
    suites.map(({ name }) => [
      name,
      tasks.filter(({ suite }) => suite === name).flatMap((task) => [...(answers.get(task) ?? [])]),
    ]),
  );
}

interface Work {
  readonly options: SuiteOptions;
  readonly threads: number;
  readonly onAnswer: (task: PartTask, cases: readonly CaseResult[]) => void;
}

async function work(tasks: readonly PartTask[], { options, threads, onAnswer }: Work): Promise<void> {
  const queue = [...tasks];
  const { clock: _clock, ...sent } = options;
  await Promise.all(
    Array.from({ length: Math.min(threads, tasks.length) }, async () => {
      const worker = new Worker(new URL('./part-worker.ts', import.meta.url), { workerData: sent });
      try {
        for (let task = queue.shift(); task; task = queue.shift()) onAnswer(task, await ask(worker, task));
      } finally {
        await worker.terminate();
      }
    }),
  );
}

function ask(worker: Worker, task: PartTask): Promise<readonly CaseResult[]> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void): void => {
      worker.off('message', onMessage).off('error', onError);
      act();
    };
    const onMessage = (answer: PartAnswer): void =>
      settle(() => {
        if ('cases' in answer) resolve(answer.cases);
        else reject(new AppError('internal', `${task.suite} (${task.part}): ${answer.failure}`));
      });
    const onError = (error: Error): void => settle(() => reject(error));
    worker.on('message', onMessage).on('error', onError);
    worker.postMessage(task, []);
  });
}
