// Builds the page when it is not built, or was built from other sources than these:
//
//   node tools/page.mjs
//
// Plain JavaScript like setup.mjs, which calls it before a server starts.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const STAMP = 'sources.sha256';
const SOURCES = [
  'apps/web/src',
  'apps/web/public',
  'apps/web/index.html',
  'apps/web/vite.config.ts',
  'package-lock.json',
];

function filesBelow(path) {
  if (!existsSync(path)) return [];
  if (statSync(path).isFile()) return [path];
  return readdirSync(path, { withFileTypes: true })
    .flatMap((entry) => filesBelow(join(path, entry.name)))
    .sort();
}

/** One hash over everything the built page is made from, tests left out. */
export function sourcesHash(root) {
  const hash = createHash('sha256');
  for (const file of SOURCES.flatMap((source) => filesBelow(join(root, source)))) {
    if (/\.test\.tsx?$/.test(file)) continue;
    hash.update(relative(root, file)).update('\0').update(readFileSync(file)).update('\0');
  }
  return hash.digest('hex');
}

/** Why the page must be built, or undefined when it is current. */
export function stalePage(root) {
  const stamp = join(root, 'apps/web/dist', STAMP);
  if (!existsSync(stamp)) return 'the page is not built yet';
  return readFileSync(stamp, 'utf8') === sourcesHash(root) ? undefined : 'the page is older than its sources';
}

/** Builds the page when it is stale and says so; the error is the builder's own words, or undefined. */
export function ensurePage(root, node, say) {
  const reason = stalePage(root);
  if (reason === undefined) return undefined;
  const started = Date.now();
  say(`${reason}; building it (a few seconds).`);
  const dist = join(root, 'apps/web/dist');
  // Built beside and swapped in: a server that is running never finds half a page.
  const fresh = join(root, '.cache', `page-${process.pid}`);
  const hash = sourcesHash(root);
  const vite = join(root, 'node_modules/vite/bin/vite.js');
  const args = [vite, 'build', '--logLevel', 'warn', '--outDir', fresh, '--emptyOutDir'];
  // Under a test runner the variable says `test`, and React would bring its development half along.
  const env = { ...process.env, NODE_ENV: 'production' };
  const built = spawnSync(node, args, { cwd: join(root, 'apps/web'), encoding: 'utf8', env });
  if (built.status !== 0) {
    rmSync(fresh, { recursive: true, force: true });
    return `${built.stdout ?? ''}${built.stderr ?? ''}${built.error?.message ?? ''}`.trim();
  }
  writeFileSync(join(fresh, STAMP), hash);
  try {
    rmSync(dist, { recursive: true, force: true });
    renameSync(fresh, dist);
  } catch (error) {
    // Another command built the same page and was first.
    rmSync(fresh, { recursive: true, force: true });
    if (stalePage(root) !== undefined) return error.message;
  }
  say(`page built in ${((Date.now() - started) / 1000).toFixed(1)} s.`);
  return undefined;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const root = dirname(dirname(fileURLToPath(import.meta.url)));
  const failure = ensurePage(root, process.execPath, (line) => process.stderr.write(`page: ${line}\n`));
  if (failure !== undefined) process.stderr.write(`${failure}\n`);
  process.exitCode = failure === undefined ? 0 : 1;
}
