import { join } from 'node:path';
import { useDatabase } from '@headwater/testkit/postgres/database.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CACHE, removeFolder, startOwner, temporaryFolder } from './embedded/fixtures/data-directory.ts';
import { openTools } from './tools.ts';

let folder: string;
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(() => removeFolder(folder));

const common = { cacheDirectory: CACHE, now: Date.now, log: () => undefined };

describe('the tools of the command line', () => {
  const database = useDatabase('15');

  it('reach the database a running Headwater owns, and leave it running', async () => {
    const dataDirectory = join(folder, 'data');
    const owner = await startOwner(dataDirectory);
    const tools = await openTools({ ...common, dataDirectory });
    const before = await tools.status();
    expect(before).toMatchObject({
      kind: 'embedded',
      place: dataDirectory,
      ownerPid: owner.child.pid,
      schema: { version: 0, pending: ['0001-first'] },
      queues: [],
    });
    expect(await tools.migrate()).toEqual(['0001-first']);
    expect(await tools.migrate()).toEqual([]);
    const after = await tools.status();
    expect(after.schema).toMatchObject({ version: 1, pending: [] });
    expect(after.queues.map(({ name, waiting }) => [name, waiting])).toContainEqual(['diagnose', 0]);
    await tools.close();

    const committed = owner.committed();
    await expect.poll(() => owner.committed()).toBeGreaterThan(committed);
    await owner.kill();
  });

  it('start the embedded one for as long as they are open when nobody runs it', async () => {
    const dataDirectory = join(folder, 'data');
    const tools = await openTools({ ...common, dataDirectory });
    expect(await tools.status()).toMatchObject({ ownerPid: null, schema: { version: 1 } });
    await tools.close();
    const again = await openTools({ ...common, dataDirectory });
    await again.close();
  });

  it('measure an external one and never show its password', async () => {
    await database().pool.query(
      `insert into audit (at, actor_kind, actor_id, actor_name, action, target_kind, target_id)
         select now(), 'user', 'u', 'u', 'a', 't', 't' from generate_series(1, 300)`,
    );
    await database().pool.query('analyze audit');
    const url = database().url.replace('headwater@', 'headwater:hunter2@');
    const tools = await openTools({ ...common, dataDirectory: '/nonexistent', url });
    const status = await tools.status();
    expect(JSON.stringify(status)).not.toContain('hunter2');
    expect(status).toMatchObject({ kind: 'external', ownerPid: null, serverVersion: expect.stringMatching(/^15\./) });
    expect(status.place).toMatch(/^headwater@localhost\/t_/);
    expect(status.tables.find(({ name }) => name === 'audit')).toMatchObject({ rows: 300 });
    expect(status.bytes).toBeGreaterThan(1_000_000);
    await tools.close();
  });
});
