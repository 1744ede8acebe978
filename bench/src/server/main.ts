import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { connect, type DatabaseAddress } from '@headwater/adapters/postgres/connect.ts';
import { embeddedAddress } from '@headwater/adapters/postgres/embedded/supervisor.ts';
import { formatTime } from '@headwater/core/time.ts';
import { request } from 'undici';
import { type Running, startExternalPostgres, startHeadwater } from '../load/processes.ts';
import { changeCases, listCases, type Names } from './cases.ts';
import { measureCase, measureTogether, type Target, type Timing } from './measure-lists.ts';
import { FULL_SIZE, type SeedSize, seedStatements } from './seed-lists.ts';

// node bench/src/server/main.ts [--only embedded|external] [--requests 60] [--share 1] [--json bench/results/server-lists.json]
const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    requests: { type: 'string', default: '60' },
    share: { type: 'string', default: '1' },
    json: { type: 'string' },
  },
});

const PASSWORD = 'list-bench-password-1';
const BAR = 100;
const share = Number(values.share);
const size: SeedSize = {
  incidents: Math.round(FULL_SIZE.incidents * share),
  alerts: Math.round(FULL_SIZE.alerts * share),
  episodes: Math.round(FULL_SIZE.episodes * share),
  largest: FULL_SIZE.largest,
};
const requests = Number(values.requests);
const say = (line: string): void => void process.stderr.write(`${line}\n`);

async function seed(address: DatabaseAddress): Promise<void> {
  const { pool, close } = connect({ address });
  const started = performance.now();
  const client = await pool.connect();
  try {
    for (const statement of seedStatements(size)) await client.query(statement);
  } finally {
    client.release();
    await close();
  }
  say(`seeded in ${Math.round((performance.now() - started) / 1000)} s`);
}

async function post(
  url: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<Record<string, unknown>> {
  const answer = await request(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  return (await answer.body.json()) as Record<string, unknown>;
}

/** Someone who sees everything, and someone who sees two namespaces. */
async function people(url: string): Promise<Names['people']> {
  const grant = await post(`${url}/api/v1/auth/login`, { login: 'admin', password: PASSWORD });
  const admin = `Bearer ${String(grant['accessToken'])}`;
  const place = { role: 'viewer', cluster: 'cluster-1' };
  const bindings = ['team-3', 'team-59'].map((namespace) => ({ ...place, namespace }));
  const token = await post(`${url}/api/v1/tokens`, { name: 'scoped', bindings }, { authorization: admin });
  return { admin, scoped: `Bearer ${String(token['secret'])}` };
}

async function measure(server: Running): Promise<Record<string, Timing>> {
  const names: Names = { size, now: Date.now(), people: await people(server.url) };
  const target: Target = { url: server.url, elapsed: () => performance.now() };
  const timings: Record<string, Timing> = {};
  const take = (name: string, timing: Timing): void => {
    timings[name] = timing;
    say(
      `${timing.p95 > BAR ? 'OVER ' : '     '}${name.padEnd(58)} p50 ${timing.p50} p95 ${timing.p95} max ${timing.max}`,
    );
  };
  const lists = listCases(names);
  for (const one of lists) take(one.name, await measureCase(target, one, requests));
  take(
    'four people at once, every list',
    await measureTogether(target, lists, { people: 4, requests: lists.length * 6 }),
  );
  for (const one of changeCases(names)) take(one.name, await measureCase(target, one, requests));
  return timings;
}

async function embedded(): Promise<Record<string, Timing>> {
  const folder = await mkdtemp(join(tmpdir(), 'headwater-lists-'));
  // Started as root, the database runs as another user, who must be able to pass through.
  await chmod(folder, 0o711);
  const data = join(folder, 'data');
  const server = await startHeadwater({ ...settings, HEADWATER_DATA_DIR: data });
  try {
    await seed(embeddedAddress(data));
    return await measure(server);
  } finally {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function external(): Promise<Record<string, Timing>> {
  const postgres = await startExternalPostgres();
  const server = await startHeadwater({ ...settings, HEADWATER_DATABASE_URL: postgres.url });
  try {
    await seed({ url: postgres.url });
    return await measure(server);
  } finally {
    await server.stop();
    await postgres.stop();
  }
}

// A year of incidents must outlive the bench.
const settings = { HEADWATER_ADMIN_PASSWORD: PASSWORD };
const runs = { embedded, external };
const results: Record<string, unknown> = {
  madeAt: formatTime(Date.now()),
  machine: { cores: cpus().length, model: cpus()[0]?.model, load: loadavg()[0] },
  size,
  unit: 'milliseconds from request to whole answer over HTTP',
};
for (const [name, run] of Object.entries(runs)) {
  if (values.only && values.only !== name) continue;
  say(`== ${name}`);
  results[name] = await run();
}
const text = `${JSON.stringify(results, null, 2)}\n`;
if (values.json) await writeFile(resolve(values.json), text);
process.stdout.write(text);
