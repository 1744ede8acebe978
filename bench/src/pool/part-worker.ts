import { parentPort, workerData } from 'node:worker_threads';
import { messageOf } from '@headwater/core/errors.ts';
import { loadSuites } from '../suites.ts';
import type { SuiteOptions } from '../suite.ts';
import type { PartAnswer, PartTask } from './run-suites.ts';

const suites = await loadSuites();
const options: SuiteOptions = { ...(workerData as Omit<SuiteOptions, 'clock'>), clock: () => performance.now() };

parentPort?.on('message', (task: PartTask) => {
  void answer(task).then((reply) => parentPort?.postMessage(reply, []));
});

async function answer({ suite, part }: PartTask): Promise<PartAnswer> {
  try {
    const found = suites.find(({ name }) => name === suite);
    if (!found) return { failure: 'no such suite' };
    return { cases: await found.run(part, options) };
  } catch (error) {
    return { failure: messageOf(error) };
  }
}
