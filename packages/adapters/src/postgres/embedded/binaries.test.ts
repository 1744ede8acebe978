import { chmod, lstat, mkdir, mkdtemp, readdir, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { installBinaries } from './binaries.ts';
import type { PostgresPackage } from './package.ts';

let folder: string;
let source: PostgresPackage;
let cache: string;
const copy = () => join(cache, `postgresql-18.9-${process.platform}-${process.arch}`);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'headwater-binaries-'));
  source = { folder: join(folder, 'package'), version: '18.9', major: 18 };
  cache = join(folder, 'deep', 'cache');
  await put('bin/postgres', 'server');
  await put('bin/initdb', 'initdb');
  await put('lib/libpq.so.5.18', 'library');
  await put('lib/libpq.a', 'for compilers');
  await put('lib/pkgconfig/libpq.pc', 'for compilers');
  await put('share/postgresql/timezone/Asia/Seoul', 'zone');
  await links([
    ['native/lib/libpq.so.5.18', 'native/lib/libpq.so.5'],
    ['native/lib/libpq.so.5.18', 'native/lib/libpq.so'],
  ]);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function put(path: string, text: string): Promise<void> {
  const full = join(source.folder, path);
  await mkdir(join(full, '..'), { recursive: true });
  await writeFile(full, text, { mode: 0o600 });
}

function links(pairs: readonly (readonly [string, string])[]): Promise<void> {
  const content = pairs.map(([from, to]) => ({ source: from, target: to }));
  return writeFile(join(source.folder, 'pg-symlinks.json'), JSON.stringify(content));
}

const read = (path: string) => readFile(join(copy(), path), 'utf8');
const mode = async (path: string) => (await lstat(join(copy(), path))).mode & 0o777;

describe('the copy of the binaries', () => {
  it('is whole, readable and executable for every user, and has the links the package came without', async () => {
    const binaries = await installBinaries(source, cache);
    expect(binaries).toEqual({
      initdb: join(copy(), 'bin/initdb'),
      postgres: join(copy(), 'bin/postgres'),
      major: 18,
    });
    expect(await mode('bin/postgres')).toBe(0o755);
    expect(await mode('lib/libpq.so.5.18')).toBe(0o644);
    expect(await mode('share/postgresql/timezone')).toBe(0o755);
    expect(await readlink(join(copy(), 'lib/libpq.so.5'))).toBe('libpq.so.5.18');
    expect(await read('lib/libpq.so')).toBe('library');
    expect(await read('share/postgresql/timezone/Asia/Seoul')).toBe('zone');
    expect(await readdir(join(copy(), 'lib'))).toEqual(['libpq.so', 'libpq.so.5', 'libpq.so.5.18']);
  });

  it('is made once and used again', async () => {
    await installBinaries(source, cache);
    const { ino } = await lstat(copy());
    await installBinaries(source, cache);
    expect((await lstat(copy())).ino).toBe(ino);
  });

  it.each([
    ['a program of another content but the same size', 'bin/postgres', 'SERVER'],
    ['a library that was cut off', 'lib/libpq.so.5.18', 'lib'],
    ['a time zone that was cut off', 'share/postgresql/timezone/Asia/Seoul', ''],
  ])('is made again when it holds %s', async (_, path, text) => {
    const before = await installBinaries(source, cache).then(() => read(path));
    await writeFile(join(copy(), path), text);
    await installBinaries(source, cache);
    expect(await read(path)).toBe(before);
  });

  it.each(['bin/initdb', 'lib/libpq.so.5', 'inventory.json'])('is made again when %s is missing', async (path) => {
    await installBinaries(source, cache);
    await rm(join(copy(), path));
    await installBinaries(source, cache);
    await expect(lstat(join(copy(), path))).resolves.toBeDefined();
  });

  it('is made again when a program became a link to somewhere else', async () => {
    await installBinaries(source, cache);
    await rm(join(copy(), 'bin/postgres'));
    await writeFile(join(folder, 'elsewhere'), 'server');
    await symlink(join(folder, 'elsewhere'), join(copy(), 'bin/postgres'));
    await installBinaries(source, cache);
    expect((await lstat(join(copy(), 'bin/postgres'))).isFile()).toBe(true);
  });

  it('of another version lies beside it', async () => {
    await installBinaries(source, cache);
    await installBinaries({ ...source, version: '19.0', major: 19 }, cache);
    expect(await readdir(cache)).toHaveLength(2);
  });

  it('leaves nothing half made behind when it fails, and says what failed', async () => {
    await links([['native/lib/libpq.so.5.18', 'native/../../../outside']]);
    await expect(installBinaries(source, cache)).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('the package links outside itself'),
    });
    expect(await readdir(cache)).toEqual([]);
  });

  it('cannot be made where a file is in the way', async () => {
    await mkdir(join(folder, 'deep'));
    await writeFile(cache, '');
    await expect(installBinaries(source, cache)).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('survives two processes that make it at once', async () => {
    await chmod(folder, 0o755);
    const both = await Promise.all([installBinaries(source, cache), installBinaries(source, cache)]);
    expect(both[0]).toEqual(both[1]);
    expect(await read('bin/postgres')).toBe('server');
  });
});
