import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { connect, type DatabaseAddress } from '@headwater/adapters/postgres/connect.ts';
import { formatTime } from '@headwater/core/time.ts';
import { onEmbedded, onExternal, runAndWrite, say } from '../load/both-databases.ts';
import type { Running } from '../load/processes.ts';
import { makeToken, signIn } from '../load/sign-in.ts';
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

const BAR = 100;
const share = Number(values.share);
const size: SeedSize = {
  incidents: Math.round(FULL_SIZE.incidents * share),
  alerts: Math.round(FULL_SIZE.alerts * share),
  episodes: Math.round(FULL_SIZE.episodes * share),
  largest: FULL_SIZE.largest,
};
const requests = Number(values.requests);

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

/** Someone who sees everything, and someone who sees two namespaces. */
async function people(url: string): Promise<Names['people']> {
  const admin = await signIn(url);
  const place = { role: 'viewer', cluster: 'cluster-1' };
  const bindings = ['team-3', 'team-59'].map((namespace) => ({ ...place, namespace }));
  return { admin: `Bearer ${admin}`, scoped: `Bearer ${await makeToken(url, admin, bindings)}` };
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

const head = {
  madeAt: formatTime(Date.now()),
  machine: { cores: cpus().length, model: cpus()[0]?.model, load: loadavg()[0] },
  size,
  unit: 'milliseconds from request to whole answer over HTTP',
};
const work = async (server: Running, database: DatabaseAddress): Promise<Record<string, Timing>> => {
  await seed(database);
  return measure(server);
};
const runs = { embedded: () => onEmbedded(work), external: () => onExternal(work) };
await runAndWrite(head, { runs, only: values.only, json: values.json });
