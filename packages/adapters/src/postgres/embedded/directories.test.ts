import { chown, lstat, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { prepareCluster } from './cluster.ts';
import { clusterVersion, directoriesOf, prepareDirectories } from './directories.ts';
import { removeFolder, temporaryFolder } from './fixtures/data-directory.ts';

const asRoot = process.getuid?.() === 0;
let folder: string;
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(() => removeFolder(folder));

describe('the directories of a data directory', () => {
  it('lie in it, wherever it was named from', () => {
    expect(directoriesOf('some/data')).toMatchObject({
      data: join(process.cwd(), 'some/data'),
      cluster: join(process.cwd(), 'some/data/postgres'),
      lock: join(process.cwd(), 'some/data/headwater.lock'),
    });
  });

  it('keep the socket within what an address of a socket can hold, each data directory its own', () => {
    expect(directoriesOf('/var/lib/headwater').socket).toBe('/var/lib/headwater/run');
    const long = directoriesOf(`/${'a'.repeat(200)}`);
    expect(long.socket.startsWith(tmpdir())).toBe(true);
    expect(long.socket.length).toBeLessThanOrEqual(89);
    expect(long.socket).not.toBe(directoriesOf(`/${'b'.repeat(200)}`).socket);
    // Bytes, not characters: Korean takes three for each.
    expect(directoriesOf(`/data/${'가'.repeat(30)}`).socket.startsWith(tmpdir())).toBe(true);
  });

  it('are made private to the user of the server', async () => {
    const directories = directoriesOf(join(folder, 'new', 'data'));
    await prepareDirectories(directories);
    const uid = directories.account?.uid ?? process.getuid?.() ?? 0;
    for (const path of [directories.data, directories.socket]) {
      const found = await lstat(path);
      expect(found.mode & 0o777).toBe(0o700);
      expect(found.uid).toBe(uid);
    }
  });

  it('are refused when somebody else put something in the place of the socket', async () => {
    const directories = directoriesOf(join(folder, 'data'));
    await mkdir(directories.data);
    await mkdir(join(folder, 'trap'));
    await symlink(join(folder, 'trap'), directories.socket);
    await expect(prepareDirectories(directories)).rejects.toMatchObject({
      code: 'precondition',
      message: expect.stringContaining('belongs to another user'),
    });
  });

  it.runIf(asRoot)('are refused when the socket’s directory is another user’s', async () => {
    const directories = directoriesOf(join(folder, 'data'));
    await mkdir(directories.socket, { recursive: true });
    await chown(directories.socket, 54_321, 54_321);
    await expect(prepareDirectories(directories)).rejects.toMatchObject({ code: 'precondition' });
  });

  it.runIf(asRoot)('leave the owner of a directory that holds something alone', async () => {
    const data = join(folder, 'data');
    await mkdir(data, { mode: 0o755 });
    await writeFile(join(data, 'notes'), '');
    await prepareDirectories(directoriesOf(data));
    expect((await lstat(data)).uid).toBe(0);
  });
});

describe('the cluster in a data directory', () => {
  const binaries = { initdb: '/nonexistent/initdb', postgres: '/nonexistent/postgres', major: 18 };

  it('has the version it was made with, or none', async () => {
    expect(await clusterVersion(folder)).toBeNull();
    await writeFile(join(folder, 'PG_VERSION'), '18\n');
    expect(await clusterVersion(folder)).toBe(18);
  });

  it('is left alone when it is of our version, and refused with the way out when not', async () => {
    const directories = directoriesOf(folder);
    await mkdir(directories.cluster);
    await writeFile(join(directories.cluster, 'PG_VERSION'), '18\n');
    await prepareCluster(directories, binaries);
    await expect(prepareCluster(directories, { ...binaries, major: 19 })).rejects.toMatchObject({
      code: 'precondition',
      details: { found: 18, wanted: 19 },
    });
  });

  it('is not made over something that is no database', async () => {
    const directories = directoriesOf(folder);
    await mkdir(directories.cluster);
    await expect(prepareCluster(directories, binaries)).rejects.toThrow(
      `${directories.cluster} exists but is no PostgreSQL database: move it away`,
    );
  });

  it('that could not be made says why, and is tried afresh the next time', async () => {
    const directories = directoriesOf(folder);
    await expect(prepareCluster(directories, binaries)).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringMatching(/could not be created: .*ENOENT/),
    });
    const failing = { ...binaries, initdb: join(folder, 'initdb') };
    await writeFile(failing.initdb, '#!/bin/sh\necho "no space left on device" >&2\nexit 1\n', { mode: 0o755 });
    await expect(prepareCluster(directories, failing)).rejects.toThrow(
      'the database could not be created: no space left on device',
    );
    await rm(failing.initdb);
    const making = { ...binaries, initdb: join(folder, 'making') };
    await writeFile(making.initdb, '#!/bin/sh\necho 18 > "${1#--pgdata=}/PG_VERSION"\n', { mode: 0o755 });
    await prepareCluster(directories, making);
    expect(await clusterVersion(directories.cluster)).toBe(18);
  });
});
