import { setTimeout as sleep } from 'node:timers/promises';
import { scopeOfBindings } from '@headwater/core/access/scope.ts';
import type { JournalChange } from '@headwater/engine/ports/store/journal.ts';
import { useDatabase } from '@headwater/testkit/postgres/database.ts';
import { temporaryRecording } from '@headwater/testkit/temporary-recording.ts';
import { beforeEach, expect, it } from 'vitest';
import { crashingWorkload } from '../regression/test-crashing-workload.ts';
import { type ReplayedCluster, replayCluster, startWorld } from '../regression/test-world.ts';

const database = useDatabase('18');
const EVERYTHING = scopeOfBindings([{ role: 'admin', cluster: '*', namespace: '*' }]);
const FLAGS = '{"flags":{"cartFailure":{"state":"ENABLED","defaultVariant":"VARIANT"}}}';

beforeEach(() => database().pool.query('truncate incident, alert, event, journal_object, journal_version cascade'));

function flags(variant: string) {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'flags', namespace: 'shop', creationTimestamp: '2026-01-01T00:00:00Z', resourceVersion: '5' },
    data: { 'flags.json': FLAGS.replace('VARIANT', variant) },
  };
}

/** Asks the replayed API server to do something. */
async function send({ config }: ReplayedCluster, method: string, path: string, body: object): Promise<void> {
  const base = String(config.prometheus?.url).replace('/prometheus', '');
  const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
  const answer = await fetch(`${base}${path}`, {
    method,
    body: JSON.stringify(body),
    headers: { 'content-type': type },
  });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
}

async function until<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (let tries = 0; tries < 400; tries++) {
    const found = await look();
    if (found !== undefined) return found;
    await sleep(25);
  }
  throw new Error('it did not happen in ten seconds');
}

function change(wanted: (change: JournalChange) => boolean): Promise<JournalChange> {
  return until(async () =>
    (await database().store.journal.list({ scope: EVERYTHING }, { after: null, limit: 50 })).find(wanted),
  );
}

function listed(): Promise<true> {
  return until(async () => {
    const { rows } = await database().pool.query('select from journal_cluster');
    return rows.length > 0 ? true : undefined;
  });
}

it('a flag that was turned while the server watched is in the diagnosis, with its difference', async () => {
  await using recording = await temporaryRecording({
    ...crashingWorkload({ lines: ['FATAL boom'] }),
    'objects/flags.json': [flags('off')],
  });
  const cluster = await replayCluster(recording.path);
  const world = startWorld({ database: database(), clusters: [cluster.config] });
  try {
    await listed();
    const data = { data: { 'flags.json': FLAGS.replace('VARIANT', 'on') } };
    await send(cluster, 'PATCH', '/api/v1/namespaces/shop/configmaps/flags', data);
    const path = "data['flags.json'].flags.cartFailure.defaultVariant";
    expect(await change(({ name }) => name === 'flags')).toMatchObject({
      act: 'changed',
      diff: [{ path, before: 'off', after: 'on' }],
    });
    // The recorded workload fails for ten minutes already; what came later is not its cause.
    await database().pool.query(
      `update journal_version set at = at - interval '20 min', observed_at = observed_at - interval '20 min'`,
    );
    await world.deliver(cluster.alerts);
    const [made] = await world.diagnosed();
    const told = made?.body.changes.find(({ subject }) => subject?.name === 'flags');
    expect(told).toMatchObject({ diff: [{ path, before: 'off', after: 'on' }] });
    const evidence = await database().db.selectFrom('evidence').selectAll().where('kind', '=', 'change').execute();
    expect(evidence.map(({ text }) => text).join('\n')).toContain('defaultVariant: off -> on');
  } finally {
    await world.stop();
    await cluster.stop();
  }
});

it('a kind that comes after the start is followed without a restart', async () => {
  await using recording = await temporaryRecording({
    ...crashingWorkload({ lines: ['FATAL boom'] }),
    'objects/definitions.json': [definition('widgets', 'Widget')],
  });
  const cluster = await replayCluster(recording.path);
  const world = startWorld({ database: database(), clusters: [cluster.config] });
  try {
    await listed();
    const { name } = definition('gadgets', 'Gadget').metadata;
    await send(
      cluster,
      'POST',
      '/apis/apiextensions.k8s.io/v1/customresourcedefinitions',
      definition('gadgets', 'Gadget'),
    );
    expect(await change((one) => one.name === name)).toMatchObject({ act: 'created' });
    const gadget = {
      apiVersion: 'example.com/v1',
      kind: 'Gadget',
      metadata: { name: 'g', namespace: 'shop' },
      spec: { n: 1 },
    };
    await send(cluster, 'POST', '/apis/example.com/v1/namespaces/shop/gadgets', gadget);
    expect(await change(({ kind }) => kind === 'Gadget')).toMatchObject({
      act: 'created',
      namespace: 'shop',
      name: 'g',
    });
  } finally {
    await world.stop();
    await cluster.stop();
  }
});

it('without a journal nothing is kept', async () => {
  await using recording = await temporaryRecording(crashingWorkload({ lines: ['FATAL boom'] }));
  const cluster = await replayCluster(recording.path);
  const settings = (given: Parameters<NonNullable<Parameters<typeof startWorld>[0]['settings']>>[0]) => ({
    ...given,
    journal: { ...given.journal, enabled: false },
  });
  const world = startWorld({ database: database(), clusters: [cluster.config], settings });
  await world.deliver(cluster.alerts);
  await world.diagnosed();
  await world.stop();
  await cluster.stop();
  expect((await database().pool.query('select from journal_version')).rows).toEqual([]);
});

function definition(plural: string, kind: string) {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.example.com` },
    spec: {
      group: 'example.com',
      scope: 'Namespaced',
      names: { plural, kind, singular: kind.toLowerCase(), listKind: `${kind}List` },
      versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }],
    },
  };
}
