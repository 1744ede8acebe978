// Installs what some tests run beside our own code (real servers, a browser, shells), or says what is missing and how to get it:
//
//   node tools/test-tools.mjs
//
// Plain JavaScript like setup.mjs, which calls it before the tests.
import { spawnSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';

function onPath(name) {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, name)));
}

const downloaded = join(process.env.HOME ?? '', '.cache', 'ms-playwright');

/** Debian package, whether it (or something as good) is there, and what the tests do with it. */
export const TEST_TOOLS = [
  { name: 'prometheus', there: () => onPath('prometheus'), for: 'a real Prometheus beside ours, and rules that fire' },
  {
    name: 'prometheus-alertmanager',
    there: () => onPath('prometheus-alertmanager'),
    for: 'webhooks of a real Alertmanager',
  },
  {
    name: 'postgresql-15',
    there: () => existsSync(join(process.env.HEADWATER_TEST_POSTGRES_15 ?? '/usr/lib/postgresql/15/bin', 'postgres')),
    for: 'the oldest PostgreSQL we promise to work on',
  },
  {
    name: 'chromium',
    there: () =>
      existsSync(process.env.CHROMIUM ?? '/nonexistent') ||
      ['chromium', 'chromium-browser', 'google-chrome'].some(onPath) ||
      existsSync(downloaded),
    for: 'the page in a real browser',
  },
  { name: 'zsh', there: () => onPath('zsh'), for: 'shell completion' },
  { name: 'fish', there: () => onPath('fish'), for: 'shell completion' },
];

/** How packages can be installed without asking anybody, or null. */
function installer() {
  if (process.platform !== 'linux' || !onPath('apt-get')) return null;
  if (process.getuid?.() === 0) return [];
  return onPath('sudo') && spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status === 0 ? ['sudo', '-n'] : null;
}

/** Debian starts a server as it is installed unless this file forbids it; the tests start their own. */
function withoutStartingServices(work) {
  const policy = '/usr/sbin/policy-rc.d';
  const ours = process.getuid?.() === 0 && !existsSync(policy);
  if (ours) writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    return work();
  } finally {
    if (ours) rmSync(policy, { force: true });
  }
}

/** Installs what is missing where that is possible; what is missing afterwards is said, and its tests will fail saying so. */
export function ensureTestTools(say, tools = TEST_TOOLS, prefix = installer()) {
  const missing = tools.filter((tool) => !tool.there());
  if (missing.length === 0) return;
  const names = missing.map(({ name }) => name);
  if (prefix !== null) {
    say(`installing Debian's ${names.join(', ')} for the tests (no service is started); a minute or two, once.`);
    withoutStartingServices(() => {
      const apt = (...args) =>
        spawnSync([...prefix, 'apt-get'][0], [...prefix, 'apt-get', ...args].slice(1), {
          stdio: ['ignore', 'ignore', 'inherit'],
          env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
        });
      apt('update', '-qq');
      // One by one: a package this release does not have must not keep the others away.
      for (const name of names) apt('install', '-y', '-qq', '--no-install-recommends', name);
    });
  }
  for (const tool of missing.filter((one) => !one.there()))
    say(
      `NOT INSTALLED: ${tool.name} (${tool.for}). Its tests fail or say NOT RUN; on Debian: apt-get install ${tool.name}`,
    );
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  ensureTestTools((line) => process.stderr.write(`${line}\n`));
