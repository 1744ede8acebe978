import { createHash, createHmac } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { journalHashes } from '@headwater/adapters/credentials/journal-hashes.ts';
import { type OpenDatabase, openDatabase } from '@headwater/adapters/postgres/open.ts';
import { scopeOfBindings } from '@headwater/core/access/scope.ts';
import { redactSecret } from '@headwater/core/masking/redact-object.ts';
import { DAY } from '@headwater/core/time.ts';
import { type ClusterJournal, openJournal } from '@headwater/engine/journal/follow-journal.ts';
import { journalWindow } from '@headwater/engine/journal/window.ts';
import { authored, configMap, deployment, node, secret, TEN_THOUSAND_PODS } from './cluster.ts';

// node bench/src/journal/main.ts [--share 1] [--json bench/results/journal.json]
const { values } = parseArgs({ options: { share: { type: 'string', default: '1' }, json: { type: 'string' } } });
const share = Number(values.share);
const size = { ...TEN_THOUSAND_PODS, namespaces: Math.max(1, Math.round(TEN_THOUSAND_PODS.namespaces * share)) };
const CLUSTER = 'bench';

/** What happens in a day, for each of the hundred namespaces. */
const A_DAY = { rollouts: 6, edits: 3, scalings: 50, rotations: 2, statuses: 600, beats: 300 };

const ms = (from: number): number => Math.round(performance.now() - from);
const round = (value: number, digits = 1): number => Math.round(value * 10 ** digits) / 10 ** digits;

interface Timed {
  readonly milliseconds: number;
  readonly cpuMilliseconds: number;
}

async function timed(work: () => Promise<void> | void): Promise<Timed> {
  const [from, cpu] = [performance.now(), process.cpuUsage()];
  await work();
  const { user, system } = process.cpuUsage(cpu);
  return { milliseconds: ms(from), cpuMilliseconds: Math.round((user + system) / 1000) };
}

async function drain(journal: ClusterJournal): Promise<void> {
  while (await journal.flush());
}

async function megabytes({ pool }: OpenDatabase): Promise<number> {
  const { rows } = await pool.query<{ size: string }>(
    `select sum(pg_total_relation_size(c.oid)) as size from pg_class c where relname like 'journal\\_%' and relkind = 'r'`,
  );
  return round(Number(rows[0]?.size ?? 0) / 1e6, 2);
}

async function rowsOf({ pool }: OpenDatabase, table: string): Promise<number> {
  return Number((await pool.query<{ n: string }>(`select count(*) as n from ${table}`)).rows[0]?.n);
}

let rotation = 0;

function open(database: OpenDatabase): ClusterJournal {
  const hashes = journalHashes(createHash('sha256').update('bench').digest('hex'));
  return openJournal({
    cluster: CLUSTER,
    store: database.store,
    hashes: () => Promise.resolve(hashes),
    readSecret: (namespace, name, hash) => {
      const value = createHmac('sha256', `${rotation++}`).update(name).digest('base64');
      const object = {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { namespace, name },
        data: { password: value, user: btoa(name) },
      };
      return Promise.resolve({ state: 'read', object: redactSecret(object, hash) });
    },
    now: Date.now,
    pause: () => new Promise((resolve) => setImmediate(resolve)),
  });
}

const OBJECTS = [...authored(size)];
const KINDS = new Set(OBJECTS.map(({ kind }) => kind));

function offerAll(journal: ClusterJournal): void {
  for (const object of OBJECTS) journal.offer('ADDED', object);
  journal.listed(KINDS);
}

/** Repeats something so often in each namespace, storing as the worker does: about every thousand events. */
async function churn(
  journal: ClusterJournal,
  times: number,
  event: (namespace: string, n: number) => void,
): Promise<number> {
  let count = 0;
  for (let n = 0; n < times; n++) {
    for (let place = 0; place < size.namespaces; place++) {
      event(`team-${place}`, n);
      if (++count % 1_000 === 0) await drain(journal);
    }
  }
  await drain(journal);
  return count;
}

type Step = (journal: ClusterJournal, namespace: string, n: number) => void;

const STEPS: Readonly<Record<keyof typeof A_DAY, Step>> = {
  statuses: (journal, namespace, n) =>
    journal.offer('MODIFIED', deployment(namespace, n % size.workloads, { ready: n % 5 })),
  beats: (journal, _, n) => journal.offer('MODIFIED', node(n % size.nodes, n)),
  rollouts: (journal, namespace, n) =>
    journal.offer('MODIFIED', deployment(namespace, n % size.workloads, { image: 2 + n })),
  edits: (journal, namespace, n) => journal.offer('MODIFIED', configMap(namespace, n % size.configMaps, 2 + n)),
  scalings: (journal, namespace, n) =>
    journal.offer('MODIFIED', deployment(namespace, (n % 5) + 10, { replicas: 5 + (n % 4) })),
  rotations: (journal, namespace, n) => journal.offer('MODIFIED', secret(namespace, n % size.secrets)),
};

async function held(database: OpenDatabase): Promise<{ readonly versions: number; readonly megabytes: number }> {
  return { versions: await rowsOf(database, 'journal_version'), megabytes: await megabytes(database) };
}

async function measureDay(database: OpenDatabase, journal: ClusterJournal): Promise<object> {
  const costs: Record<string, object> = {};
  const before = await held(database);
  for (const [name, step] of Object.entries(STEPS)) {
    let events = 0;
    const cost = await timed(async () => {
      events = await churn(journal, A_DAY[name as keyof typeof A_DAY], (namespace, n) => step(journal, namespace, n));
    });
    costs[name] = {
      events,
      ...cost,
      eventsPerSecond: Math.round((events / cost.milliseconds) * 1000),
      cpuMicrosecondsPerEvent: Math.round((cost.cpuMilliseconds / events) * 1000),
    };
  }
  const after = await held(database);
  const megabytes_ = round(after.megabytes - before.megabytes, 2);
  return { costs, versions: after.versions - before.versions, megabytes: megabytes_ };
}

async function measureReads({ store }: OpenDatabase): Promise<object> {
  const now = Date.now();
  const wanted = { cluster: CLUSTER, from: now - DAY, to: now, namespaces: ['team-0', 'team-1'] };
  let entries = 0;
  const window = await timed(async () => {
    entries = (await journalWindow(store.journal, wanted)).entries.length;
  });
  const scope = scopeOfBindings([{ role: 'admin', cluster: '*', namespace: '*' }]);
  const list = await timed(async () => void (await store.journal.list({ scope }, { after: null, limit: 50 })));
  return { window: { entries, ...window }, list };
}

async function measure(database: OpenDatabase): Promise<object> {
  const objects = OBJECTS.length;
  const starting = open(database);
  const from = performance.now();
  offerAll(starting);
  const offered = performance.now() - from;
  const first = await timed(() => drain(starting));
  const afterList = await held(database);
  const journal = open(database);
  offerAll(journal);
  const restart = await timed(() => drain(journal));
  return {
    command: 'node bench/src/journal/main.ts',
    node: process.version,
    size,
    objects,
    informerMicrosecondsPerObject: round((offered / objects) * 1000),
    firstList: { ...first, objectsPerSecond: Math.round((objects / first.milliseconds) * 1000), ...afterList },
    restart,
    aDay: await measureDay(database, journal),
    read: await measureReads(database),
    memoryMegabytes: Math.round(process.memoryUsage().heapUsed / 1e6),
  };
}

const folder = await mkdtemp(join(tmpdir(), 'headwater-journal-'));
const database = await openDatabase({
  dataDirectory: folder,
  now: Date.now,
  random: () => 0.5,
  onError: () => {},
  log: () => {},
});
try {
  const text = `${JSON.stringify(await measure(database), null, 2)}\n`;
  process.stdout.write(text);
  if (values.json) await writeFile(values.json, text);
} finally {
  await database.close();
  await rm(folder, { recursive: true, force: true });
}
