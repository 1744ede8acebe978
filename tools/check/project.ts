import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseSourceFile, type SourceFile } from './source-file.ts';

/** What the rules look at: the paths of the repository, relative and with forward slashes, and their text. */
export interface Project {
  readonly paths: ReadonlySet<string>;
  readonly sources: readonly SourceFile[];
  readonly read: (path: string) => string | undefined;
}

/** Builds a project from paths and a reader; tests plant violations by giving both from memory. */
export function createProject(paths: Iterable<string>, read: (path: string) => string | undefined): Project {
  const all = new Set(paths);
  let sources: SourceFile[] | undefined;
  return {
    paths: all,
    read,
    get sources() {
      sources ??= [...all]
        .filter((path) => /\.tsx?$/.test(path))
        .sort()
        .map((path) => parseSourceFile(path, read(path) ?? ''));
      return sources;
    },
  };
}

/** The files git tracks or would track: what a commit of everything here would hold. */
export function loadProject(root: string): Project {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
  });
  const paths = listed.split('\0').filter((path) => path !== '' && isFile(join(root, path)));
  return createProject(paths, (path) =>
    isFile(join(root, path)) ? readFileSync(join(root, path), 'utf8') : undefined,
  );
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

const PRODUCT_SOURCE = /^(packages|apps)\/[^/]+\/src\/|^bench\/src\//;
const TEST_SUPPORT = /\.test\.tsx?$|\/test-[a-z-]+\.ts$|\/fixtures\/|^packages\/testkit\//;

/** TypeScript that ships: packages, apps and bench without tests, fixtures and the test kit. */
export function isProductSource(path: string): boolean {
  return PRODUCT_SOURCE.test(path) && /\.tsx?$/.test(path) && !TEST_SUPPORT.test(path);
}

/** Written by a generator: the generator is held to the rules, its output is only held to be current. */
export function isGenerated(file: SourceFile): boolean {
  return /\/generated\/|\.gen\.ts$/.test(file.path);
}
