import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { formatTime, MINUTE } from '@headwater/core/time.ts';
import { apiBody } from './alerts.ts';
import { drive, type Outcome } from './drive.ts';
import { ADMIN_PASSWORD, type Lengths, type Measured, measure, STORM, stormGroups } from './measure.ts';
import { startAlertmanager, startExternalPostgres, startHeadwater } from './processes.ts';

// node bench/src/load/main.ts [--seconds 15] [--storm 60] [--only embedded|external|alertmanager] [--json bench/results/server-load.json]
const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '15' },
    storm: { type: 'string', default: '60' },
    only: { type: 'string' },
    json: { type: 'string' },
  },
});
const lengths: Lengths = {
  closed: Number(values.seconds),
  calm: Number(values.seconds) * 2,
  storm: Number(values.storm),
};
const say = (line: string): void => void process.stderr.write(`${line}\n`);

async function embedded(): Promise<Measured> {
  const folder = await mkdtemp(join(tmpdir(), 'headwater-load-'));
  // Started as root, the database runs as another user, who must be able to pass through.
  await chmod(folder, 0o711);
  const server = await startHeadwater({
    HEADWATER_DATA_DIR: join(folder, 'data'),
    HEADWATER_ADMIN_PASSWORD: ADMIN_PASSWORD,
  });
  try {
    return await measure(server, say, lengths);
  } finally {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function external(): Promise<Measured> {
  const postgres = await startExternalPostgres();
  const server = await startHeadwater({
    HEADWATER_DATABASE_URL: postgres.url,
    HEADWATER_ADMIN_PASSWORD: ADMIN_PASSWORD,
  });
  try {
    return await measure(server, say, lengths);
  } finally {
    await server.stop();
    await postgres.stop();
  }
}

/** What Alertmanager takes on its own API: in memory, grouped later, nothing kept through a crash. */
async function alertmanager(): Promise<Record<string, Outcome>> {
  const server = await startAlertmanager();
  const startsAt = Date.now() - 5 * MINUTE;
  const target = { origin: server.url, path: '/api/v2/alerts', headers: { 'content-type': 'application/json' } };
  const outcomes: Record<string, Outcome> = {};
  try {
    for (const [index, alerts] of [1, 10, 100].entries()) {
      const body = (n: number): string => apiBody({ group: index * 1_000_000 + n, alerts, startsAt });
      outcomes[alerts] = await drive({ target, seconds: lengths.closed, connections: 32, body });
      say(`Alertmanager, ${alerts} a request: ${JSON.stringify(outcomes[alerts])}`);
    }
    const groups = stormGroups(startsAt);
    outcomes['storm'] = await drive({ target, seconds: lengths.storm, ...STORM, body: (n) => apiBody(groups(n)) });
    say(`Alertmanager, 500 requests/s of 10: ${JSON.stringify(outcomes['storm'])}`);
    return outcomes;
  } finally {
    await server.stop();
  }
}

const runs = { alertmanager, embedded, external };
const results: Record<string, unknown> = {
  madeAt: formatTime(Date.now()),
  machine: { cores: cpus().length, model: cpus()[0]?.model },
  lengths,
};
for (const [name, run] of Object.entries(runs)) {
  if (values.only && values.only !== name) continue;
  say(`== ${name}`);
  results[name] = await run();
}
const text = `${JSON.stringify(results, null, 2)}\n`;
if (values.json) await writeFile(resolve(values.json), text);
process.stdout.write(text);
