import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { liveHolder, lockDirectory } from './lock.ts';
import { processStart } from './processes.ts';

let folder: string;
let path: string;
const here = { pid: process.pid, start: processStart(process.pid) ?? '', host: hostname() };

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'headwater-lock-'));
  path = join(folder, 'headwater.lock');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function leave(holder: object): Promise<void> {
  return writeFile(path, JSON.stringify(holder));
}

async function deadPid(): Promise<number> {
  const child = spawn('true');
  await once(child, 'exit');
  return child.pid ?? 0;
}

describe('the lock of a data directory', () => {
  it('is held once, names its holder, and is free again after its release', async () => {
    const lock = await lockDirectory(path, Date.now);
    expect(await liveHolder(path, Date.now())).toEqual(here);
    await expect(lockDirectory(path, Date.now)).rejects.toMatchObject({
      code: 'conflict',
      message: `the data directory is in use by the Headwater process ${process.pid}: stop it, or choose another --data-dir`,
      details: { pid: process.pid },
    });
    await lock.release();
    expect(await liveHolder(path, Date.now())).toBeNull();
    await (await lockDirectory(path, Date.now)).release();
    expect(await readdir(folder)).toEqual([]);
  });

  it('goes to one of many who want it at once, also over the lock of a dead process', async () => {
    await leave({ pid: await deadPid(), start: '1', host: hostname() });
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => lockDirectory(path, Date.now)));
    const winners = outcomes.filter((outcome) => outcome.status === 'fulfilled');
    expect(winners).toHaveLength(1);
    await winners[0]?.value.release();
    expect(await readdir(folder)).toEqual([]);
  });

  it('is taken over again and again by one alone, and also after a death in the middle of a take-over', async () => {
    for (let round = 0; round < 15; round++) {
      await leave({ pid: await deadPid(), start: '1', host: hostname() });
      if (round === 0) {
        await mkdir(`${path}.turn`);
        await utimes(`${path}.turn`, 1, 1);
      }
      const outcomes = await Promise.allSettled(Array.from({ length: 12 }, () => lockDirectory(path, Date.now)));
      const winners = outcomes.filter((outcome) => outcome.status === 'fulfilled');
      expect(winners).toHaveLength(1);
      await winners[0]?.value.release();
    }
  });

  it('of another process with the same number is not held: a restarted container begins at 1 again', async () => {
    await leave({ ...here, start: 'an earlier start' });
    expect(await liveHolder(path, Date.now())).toBeNull();
    await (await lockDirectory(path, Date.now)).release();
  });

  it('of another host is held while that beats, and taken over when it fell silent', async () => {
    await leave({ pid: 1, start: '1', host: 'another-host' });
    const now = Date.now();
    await utimes(path, (now - 10_000) / 1000, (now - 10_000) / 1000);
    await expect(lockDirectory(path, () => now)).rejects.toMatchObject({
      message: expect.stringContaining('process 1 on another-host'),
    });
    await (await lockDirectory(path, () => now + 60_000)).release();
  });

  it('that was torn by a crash is no lock', async () => {
    await writeFile(path, '{"pid": 1');
    await (await lockDirectory(path, Date.now)).release();
  });

  it('taken away from us is not deleted by our release', async () => {
    const lock = await lockDirectory(path, Date.now);
    await leave({ ...here, pid: 1 });
    await lock.release();
    expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({ pid: 1 });
  });
});
