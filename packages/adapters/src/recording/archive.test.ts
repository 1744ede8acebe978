import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { packTar } from 'modern-tar';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { archiveFiles } from './archive.ts';
import { readText } from './files.ts';

let directory = '';
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'headwater-archive-'));
});
afterAll(() => rm(directory, { recursive: true }));

async function archive(
  names: Record<string, string>,
  change: (bytes: Buffer) => Buffer = (bytes) => bytes,
): Promise<string> {
  const entries = Object.entries(names).map(([name, body]) =>
    body === 'LINK'
      ? { header: { name, size: 0, type: 'symlink' as const, linkname: '/etc/passwd' } }
      : { header: { name, size: Buffer.byteLength(body) }, body },
  );
  const path = join(directory, `${Object.keys(names).length}-${Math.random()}.tar.gz`);
  await writeFile(path, change(gzipSync(await packTar(entries))));
  return path;
}

async function contents(path: string): Promise<Record<string, string | null>> {
  const found: Record<string, string | null> = {};
  for await (const file of (await archiveFiles(path)).entries(() => true)) {
    found[file.path] = file.odd ?? (await readText(file));
  }
  return found;
}

it.each(['', './', 'my-incident/', './my-incident/'])(
  'reads an archive whose files are named "%s..."',
  async (prefix) => {
    const path = await archive({
      [`${prefix}objects/a.json`]: '{}',
      [`${prefix}recording.yaml`]: 'name: x',
      [`${prefix}logs/.keep`]: '',
    });
    expect(await contents(path)).toEqual({ 'objects/a.json': '{}', 'recording.yaml': 'name: x' });
    expect(await (await archiveFiles(path)).folders()).toEqual(new Set(['objects', 'logs']));
  },
);

it('opens one file, and skips bodies nobody reads', async () => {
  const path = await archive({ 'recording.yaml': 'r', 'logs/big.log': 'x'.repeat(3_000_000), 'alerts/a.json': '[]' });
  const files = await archiveFiles(path);
  const file = await files.open('alerts/a.json');
  expect(file && (await readText(file))).toBe('[]');
  expect(await files.open('alerts/b.json')).toBeNull();
  const paths: string[] = [];
  for await (const each of files.entries((name) => name !== 'recording.yaml')) paths.push(each.path);
  expect(paths).toEqual(['logs/big.log', 'alerts/a.json']);
});

it('never reads what a link or a path that climbs points to', async () => {
  const path = await archive({ 'recording.yaml': 'r', 'logs/x.log': 'LINK', '../outside': 'no', 'a/../../b': 'no' });
  expect(await contents(path)).toEqual({ 'recording.yaml': 'r', 'logs/x.log': 'a symbolic link' });
});

it('says that an archive has no recording in it', async () => {
  const path = await archive({ 'notes.txt': 'hello' });
  await expect(archiveFiles(path)).rejects.toMatchObject({ code: 'invalid', message: `${path} has no recording.yaml` });
});

it.each([
  ['cut short', (bytes: Buffer) => bytes.subarray(0, bytes.length - 400)],
  ['damaged', (bytes: Buffer) => Buffer.concat([bytes.subarray(0, 600), Buffer.alloc(200, 1), bytes.subarray(800)])],
])('reads an archive that is %s as far as it goes, then says so', async (_, change) => {
  const noise = Array.from({ length: 4_000 }, (_value, index) => Math.sin(index)).join('');
  const path = await archive({ 'recording.yaml': 'name: x', 'objects/a.json': noise, 'objects/b.json': noise }, change);
  await expect(contents(path)).rejects.toMatchObject({
    code: 'invalid',
    details: { expected: 'a complete gzip-compressed tar archive' },
  });
});

it('says that a file is no archive at all', async () => {
  const path = join(directory, 'plain.tar.gz');
  await writeFile(path, await readFile(import.meta.filename));
  await expect(archiveFiles(path)).rejects.toMatchObject({
    code: 'invalid',
    message: expect.stringContaining('incorrect header'),
  });
});
