import { existsSync } from 'node:fs';
import { getPriority } from 'node:os';
import { Worker } from 'node:worker_threads';
import { expect, it } from 'vitest';

it.runIf(existsSync('/proc/thread-self'))('lowers the thread that calls it and no other', async () => {
  const before = getPriority();
  const file = JSON.stringify(new URL('./thread-priority.ts', import.meta.url).href);
  const code = `
    import { readlinkSync } from 'node:fs';
    import { getPriority } from 'node:os';
    import { parentPort } from 'node:worker_threads';
    import { giveWayToAnswers } from ${file};
    giveWayToAnswers();
    parentPort.postMessage(getPriority(Number(readlinkSync('/proc/thread-self').split('/').at(-1))));`;
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(code)}`));
  const lowered = await new Promise<number>((resolve, reject) => worker.once('message', resolve).once('error', reject));
  await worker.terminate();
  expect(lowered).toBe(before + 5);
  expect(getPriority()).toBe(before);
});
