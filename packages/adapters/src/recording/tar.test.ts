import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, symlink, writeFile, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packTar } from 'modern-tar';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { tarEntries } from './tar.ts';

let directory = '';
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'headwater-tar-'));
  const long = 'd'.repeat(60);
  await mkdir(join(directory, long, long), { recursive: true });
  await writeFile(join(directory, 'a.txt'), 'hello');
  await writeFile(join(directory, 'empty'), '');
  await writeFile(join(directory, long, long, 'é-deep.txt'), 'x'.repeat(1_500));
  await symlink('a.txt', join(directory, 'link'));
});
afterAll(() => rm(directory, { recursive: true }));

async function* chunked(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += size)
    yield await Promise.resolve(bytes.subarray(start, start + size));
}

async function list(bytes: Uint8Array, size = 700): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for await (const { name, type, body } of tarEntries(chunked(bytes, size))) {
    found[name] = type === 'file' ? Buffer.concat(await Array.fromAsync(body())).toString() : type;
  }
  return found;
}

it.each(['gnu', 'pax', 'ustar'])(
  'reads what tar writes in the format %s, with names longer than a header',
  async (format) => {
    const bytes = execFileSync('tar', ['--format', format, '-c', '-C', directory, '.'], { maxBuffer: 1e7 });
    const found = await list(bytes);
    const long = 'd'.repeat(60);
    expect(found['./a.txt']).toBe('hello');
    expect(found['./empty']).toBe('');
    expect(found['./link']).toBe('symlink');
    expect(found[`./${long}/${long}/é-deep.txt`]).toHaveLength(1_500);
    expect(found['./']).toBe('directory');
  },
);

it('skips bodies nobody reads, whatever the chunks', async () => {
  const bytes = await packTar([
    { header: { name: 'one', size: 5_000 }, body: 'a'.repeat(5_000) },
    { header: { name: 'two', size: 3 }, body: 'abc' },
  ]);
  for (const size of [1, 511, 512, 100_000]) {
    const names: string[] = [];
    for await (const { name } of tarEntries(chunked(bytes, size))) names.push(name);
    expect(names).toEqual(['one', 'two']);
  }
});

it('says that bytes are no tar, or end early', async () => {
  const bytes = await packTar([{ header: { name: 'one', size: 5_000 }, body: 'a'.repeat(5_000) }]);
  await expect(list(bytes.subarray(0, 2_000))).rejects.toThrow('the archive ends early');
  await expect(list(new Uint8Array(1_024).fill(65))).rejects.toThrow('incorrect tar header checksum');
  expect(await list(new Uint8Array(0))).toEqual({});
});
