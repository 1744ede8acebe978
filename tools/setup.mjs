// Makes a fresh clone ready, then runs the command it was given:
//
//   node tools/setup.mjs [command [argument...]]
//
// This is the only file that must run on an old Node, because it is what brings the new one:
// plain JavaScript for Node 18, no packages.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensurePage } from './page.mjs';
import { ensureTestTools } from './test-tools.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const modules = join(root, 'node_modules');
const binaries = join(modules, '.bin');
const stamp = join(modules, '.headwater-setup');
const windows = process.platform === 'win32';

// The first release that strips types without a flag is 22.18; undici 8 asks for 22.19.
const floor = [22, 19];
const heartbeatSeconds = 10;
const lockWaitSeconds = 600;

function say(line) {
  process.stderr.write(`setup: ${line}\n`);
}

function fail(...lines) {
  for (const line of lines) say(line);
  process.exit(1);
}

function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

function lockfileHash() {
  return createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
}

/** True when every package the lockfile asks for stands in node_modules in that version. */
function installedAsLocked() {
  const wanted = readJson(join(root, 'package-lock.json'))?.packages ?? {};
  const present = readJson(join(modules, '.package-lock.json'))?.packages ?? {};
  return Object.entries(wanted).every(([path, entry]) => {
    const optional = entry.optional || entry.devOptional || entry.peer;
    if (!path.includes('node_modules/') || entry.link || optional) return true;
    return present[path]?.version === entry.version;
  });
}

/** Why an install is needed, or undefined when node_modules is current. */
function staleReason() {
  if (!existsSync(modules)) return 'packages are not installed yet';
  const hash = lockfileHash();
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return undefined;
  if (!installedAsLocked()) return 'installed packages differ from package-lock.json';
  writeFileSync(stamp, hash);
  return undefined;
}

/** The Node that runs npm, never the one inside node_modules: `npm ci` deletes that one first. */
function npmCommand() {
  const script = process.env.npm_execpath;
  const runner = [process.env.npm_node_execpath, process.execPath].find((path) => path && !path.startsWith(modules));
  return script && runner ? { file: runner, args: [script] } : { file: windows ? 'npm.cmd' : 'npm', args: [] };
}

function pathWithout(directory) {
  const separator = windows ? ';' : ':';
  return (process.env.PATH ?? '')
    .split(separator)
    .filter((part) => part !== directory)
    .join(separator);
}

async function install(reason) {
  const started = Date.now();
  const seconds = () => Math.round((Date.now() - started) / 1000);
  say(`${reason}; running "npm ci" (about 500 MB including its own Node 24; a minute or two, once).`);
  const npm = npmCommand();
  const child = spawn(npm.file, [...npm.args, 'ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    env: { ...process.env, PATH: pathWithout(binaries) },
    shell: windows && npm.args.length === 0,
  });
  const heartbeat = setInterval(() => say(`still installing (${seconds()} s)`), heartbeatSeconds * 1000);
  const code = await finished(child);
  clearInterval(heartbeat);
  if (code !== 0) {
    fail(
      `"npm ci" failed with exit code ${code}; npm's own words are above.`,
      'What usually helps: a reachable npm registry (npm config get registry, npm ping), 1 GB of free disk,',
      'and a package-lock.json that matches package.json (git status should show neither as changed).',
    );
  }
  writeFileSync(stamp, lockfileHash());
  say(`packages installed in ${seconds()} s.`);
}

/** Exit code of a child; a start failure counts as 127 and is named, a signal as 128 plus its number. */
function finished(child) {
  const signals = { SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGTERM: 15 };
  return new Promise((resolve) => {
    child.on('error', (error) => {
      say(`could not start ${child.spawnfile}: ${error.message}`);
      resolve(127);
    });
    child.on('close', (code, signal) => resolve(code ?? 128 + (signals[signal] ?? 0)));
  });
}

function runsOurSource(version, typescript) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const recent = major > floor[0] || (major === floor[0] && minor >= floor[1]);
  return recent && typescript === 'strip';
}

/** The Node that can run TypeScript from source: this very process, the packaged one, or one on PATH. */
function findNode() {
  if (runsOurSource(process.versions.node, String(process.features.typescript))) return process.execPath;
  const question = 'process.stdout.write(process.versions.node + " " + process.features.typescript)';
  for (const candidate of [join(binaries, windows ? 'node.exe' : 'node'), 'node']) {
    const answer = spawnSync(candidate, ['-e', question], { encoding: 'utf8', timeout: 20_000 });
    const [version = '', typescript = ''] = (answer.stdout ?? '').trim().split(' ');
    if (answer.status === 0 && runsOurSource(version, typescript)) return candidate;
  }
  return undefined;
}

function failWithoutNode() {
  const scriptsOff = spawnSync(windows ? 'npm.cmd' : 'npm', ['config', 'get', 'ignore-scripts'], {
    cwd: root,
    encoding: 'utf8',
    shell: windows,
  });
  const wanted = `Headwater runs TypeScript from source and needs Node ${floor.join('.')} or newer; this one is ${process.versions.node}.`;
  if ((scriptsOff.stdout ?? '').trim() === 'true') {
    fail(
      wanted,
      'The "node" package brings Node 24, but npm is set to ignore install scripts, so its binary was not fetched.',
      'Either allow that one script:  npm rebuild node --ignore-scripts=false',
      `or install Node ${floor.join('.')} or newer yourself, and run the same command again.`,
    );
  }
  fail(
    wanted,
    `The "node" package has no working binary for this machine (${process.platform} ${process.arch}).`,
    'If the download was interrupted:  rm -rf node_modules, and run the same command again.',
    `Otherwise install Node ${floor.join('.')} or newer yourself, and run the same command again.`,
  );
}

function processAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Two commands started at once on a fresh clone must not both run `npm ci` in one directory. */
async function withInstallLock(work) {
  const lock = join(root, '.cache', 'setup.lock');
  mkdirSync(dirname(lock), { recursive: true });
  for (let waited = 0; ; waited += 1) {
    try {
      mkdirSync(lock);
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    const owner = Number(existsSync(join(lock, 'pid')) ? readFileSync(join(lock, 'pid'), 'utf8') : 0);
    const abandoned = owner > 0 ? !processAlive(owner) : Date.now() - (statIfThere(lock)?.mtimeMs ?? 0) > 5000;
    if (abandoned) rmSync(lock, { recursive: true, force: true });
    else if (waited === 0) say('another command is installing the packages; waiting for it.');
    if (waited > lockWaitSeconds) fail(`gave up waiting for ${lock}; remove it if no other command is running.`);
    if (!abandoned) await new Promise((resolve) => setTimeout(resolve, 1000));
  }
  writeFileSync(join(lock, 'pid'), String(process.pid));
  try {
    await work();
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}

function statIfThere(path) {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}

async function ensurePackages() {
  if (staleReason() === undefined) return;
  await withInstallLock(async () => {
    const reason = staleReason();
    if (reason) await install(reason);
  });
}

/** Commands that serve the page: the demo in the terminal and everything else do without it. */
function servesPage(command) {
  const [name, ...options] = command.slice(command.findIndex((part) => part.endsWith('main.ts')) + 1);
  const headwater = command.some((part) => part.endsWith('apps/headwater/src/main.ts'));
  const help = options.includes('--help') || options.includes('-h');
  if (!headwater || help) return false;
  if (name === 'serve') return true;
  return (
    name === 'demo' &&
    !options.includes('--terminal') &&
    options.every((option) => option.startsWith('-') || /^\d+$/.test(option))
  );
}

// A page that cannot be built stops nothing: the server answers its API and says what is missing.
function buildPage(node) {
  const failure = ensurePage(root, node, say);
  if (failure !== undefined) say(`the page could not be built, the server runs without it:\n${failure}`);
}

async function run(node, [command, ...args]) {
  const separator = windows ? ';' : ':';
  const child = spawn(command === 'node' ? node : command, args, {
    cwd: process.cwd(),
    stdio: 'inherit',
    env: { ...process.env, PATH: `${binaries}${separator}${pathWithout(binaries)}` },
    shell: windows && command !== 'node',
  });
  // A terminal sends Ctrl-C to the whole group; the child decides how to end, this process only waits.
  process.on('SIGINT', () => {});
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  process.exitCode = await finished(child);
}

if (!existsSync(join(root, 'package-lock.json'))) fail(`no package-lock.json in ${root}${sep}; is the clone complete?`);
await ensurePackages();
const node = findNode() ?? failWithoutNode();
const command = process.argv.slice(2);
if (servesPage(command)) buildPage(node);
if (command[0] === 'vitest') ensureTestTools(say);
if (command.length > 0) await run(node, command);
