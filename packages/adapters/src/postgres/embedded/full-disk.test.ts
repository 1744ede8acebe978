import { spawnSync } from 'node:child_process';
import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect } from '../connect.ts';
import { removeFolder, start, temporaryFolder } from './fixtures/data-directory.ts';

const MEGABYTE = 1 << 20;

// Only root may make a small disk; elsewhere this says aloud that it proved nothing.
describe('the embedded PostgreSQL on a full disk', () => {
  let folder: string;
  let disk: string;
  let mounted = false;

  beforeAll(async () => {
    folder = await temporaryFolder();
    disk = join(folder, 'disk');
    await mkdir(disk);
    const options = ['-t', 'tmpfs', '-o', 'size=160m,mode=0755', 'tmpfs', disk];
    mounted = spawnSync('mount', options, { stdio: 'ignore' }).status === 0;
    if (!mounted) process.stderr.write('NOT TESTED: what happens on a full disk (mounting a small one needs root)\n');
  });

  afterAll(async () => {
    if (mounted) spawnSync('umount', ['-l', disk]);
    await removeFolder(folder);
  });

  it('refuses writes as unavailable, keeps what it answered, and goes on when there is room', async ({ skip }) => {
    if (!mounted) skip();
    const embedded = await start(join(disk, 'data'));
    const { pool, db, close } = connect({ address: embedded.address });
    await pool.query('create table kept (number int primary key, filler text)');
    const filler = join(disk, 'filler');
    await fill(filler, 150 * MEGABYTE);

    let answered = 0;
    const refused = await writeUntilRefused(async (number) => {
      await db
        .insertInto('kept' as never)
        .values({ number, filler: randomText(number) })
        .execute();
      answered = number;
    });
    expect(refused).toMatchObject({ code: 'unavailable' });

    await rm(filler);
    const next = answered + 1_000_000;
    await untilWritten(() => pool.query('insert into kept values ($1)', [next]));
    const kept = await pool.query('select count(*) as count from kept where number <= $1', [answered]);
    expect(kept.rows).toEqual([{ count: answered }]);
    expect(embedded.state()).toEqual({ state: 'ready' });
    await close();
    await embedded.stop();
  });
});

async function fill(path: string, size: number): Promise<void> {
  const chunk = Buffer.alloc(MEGABYTE);
  try {
    for (let written = 0; written < size; written += MEGABYTE) await writeFile(path, chunk, { flag: 'a' });
  } catch {
    // The disk is as full as it gets.
  }
  await chmod(path, 0o600);
}

async function writeUntilRefused(write: (number: number) => Promise<void>): Promise<unknown> {
  for (let number = 1; number < 5_000; number++) {
    try {
      await write(number);
    } catch (error) {
      return error;
    }
  }
  return undefined;
}

async function untilWritten(write: () => Promise<unknown>): Promise<void> {
  for (let waited = 0; ; waited += 50) {
    try {
      await write();
      return;
    } catch (error) {
      if (waited > 15_000) throw error;
      await sleep(50);
    }
  }
}

// Incompressible, so that a value cannot hide in a page: 100 KB of digits that differ from row to row.
function randomText(seed: number): string {
  let state = seed;
  let text = '';
  while (text.length < 100_000) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    text += state.toString(36);
  }
  return text;
}
