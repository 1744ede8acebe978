import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { pod, testReplay } from '../fixtures/replay-server.ts';

const DEPLOYMENTS = '/apis/apps/v1/namespaces/shop/deployments';
const PODS = '/api/v1/namespaces/shop/pods';

function deployment(fields: object = {}): Record<string, unknown> {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'shop', uid: 'd1', resourceVersion: '50', generation: 3 },
    spec: {
      replicas: 2,
      selector: { matchLabels: { app: 'web' } },
      template: {
        spec: {
          containers: [
            { name: 'app', image: 'web:1' },
            { name: 'side', image: 's' },
          ],
        },
      },
    },
    status: { replicas: 2 },
    ...fields,
  };
}

const FILES = { 'objects/web.json': deployment(), 'objects/pods.json': [pod('web-1', { labels: { app: 'web' } })] };

describe('create', () => {
  it('gives an object its identity, and refuses it twice', async () => {
    await using server = await testReplay(FILES);
    const created = await server.send('POST', PODS, {
      kind: 'Pod',
      apiVersion: 'v1',
      metadata: { name: 'new' },
      spec: {},
    });
    expect(created).toMatchObject({
      status: 201,
      body: {
        metadata: {
          name: 'new',
          namespace: 'shop',
          resourceVersion: '51',
          generation: 1,
          creationTimestamp: '2026-03-01T10:00:00Z',
        },
      },
    });
    expect(created.body.metadata.uid).toMatch(/^[0-9a-f-]{36}$/);
    expect(await server.send('POST', PODS, { metadata: { name: 'new' } })).toMatchObject({
      status: 409,
      body: { reason: 'AlreadyExists', message: 'pods "new" already exists' },
    });
    expect(await server.get(`${PODS}/new`)).toMatchObject({ status: 200, body: created.body });
  });

  it('makes up a name from a prefix, each time another', async () => {
    await using server = await testReplay(FILES);
    const make = async (): Promise<string> =>
      (await server.send('POST', PODS, { metadata: { generateName: 'job-' } })).body.metadata.name;
    const [first, second] = [await make(), await make()];
    expect(first).toMatch(/^job-[0-9a-z]{5}$/);
    expect(second).not.toBe(first);
  });

  it('serves a kind from its first object on, also one a CRD teaches', async () => {
    await using server = await testReplay(FILES);
    const leases = '/apis/coordination.k8s.io/v1/namespaces/shop/leases';
    expect((await server.get(leases)).status).toBe(404);
    expect((await server.send('POST', leases, { metadata: { name: 'lock' }, spec: {} })).status).toBe(201);
    expect((await server.get(leases)).body.items).toHaveLength(1);
    const definition = {
      metadata: { name: 'oxen.x.io' },
      spec: {
        group: 'x.io',
        scope: 'Cluster',
        names: { plural: 'oxen', kind: 'Ox' },
        versions: [{ name: 'v1', served: true }],
      },
    };
    await server.send('POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', definition);
    expect((await server.send('POST', '/apis/x.io/v1/oxen', { metadata: { name: 'o' } })).status).toBe(201);
    expect((await server.get('/apis/x.io/v1')).body.resources[0]).toMatchObject({ name: 'oxen', namespaced: false });
  });

  it.each([
    [
      { apiVersion: 'v2', metadata: { name: 'x' } },
      400,
      'the API version in the data (v2) does not match the expected API version (v1)',
    ],
    [
      { kind: 'Node', metadata: { name: 'x' } },
      400,
      'the kind in the data (Node) does not match the expected kind (Pod)',
    ],
    [
      { metadata: { name: 'x', namespace: 'pay' } },
      400,
      'the namespace of the provided object does not match the namespace sent on the request',
    ],
    [
      { metadata: {} },
      422,
      'Pod "unknown" is invalid: metadata.name: Required value: name or generateName is required',
    ],
    ['[1]', 400, 'the object provided is unrecognized (must be of type JSON object or YAML mapping)'],
    ['{"a":', 400, 'the body of the request cannot be read: Unexpected end of JSON input'],
  ])('refuses %j', async (body, status, message) => {
    await using server = await testReplay(FILES);
    expect(await server.send('POST', PODS, body)).toMatchObject({ status, body: { kind: 'Status', message } });
  });

  it('understands YAML, and says what it does not understand', async () => {
    await using server = await testReplay(FILES);
    expect((await server.send('POST', PODS, 'metadata: {name: y}\n', 'application/yaml')).status).toBe(201);
    expect(await server.send('POST', PODS, 'x', 'application/vnd.kubernetes.protobuf')).toMatchObject({
      status: 415,
      body: { reason: 'UnsupportedMediaType' },
    });
    expect((await server.send('POST', '/api/v1/pods', { metadata: { name: 'x' } })).status).toBe(400);
    expect((await server.send('PUT', PODS, {})).status).toBe(405);
  });
});

describe('update', () => {
  it('replaces from the version it was read at, and refuses an older one', async () => {
    await using server = await testReplay(FILES);
    const { body } = await server.get(`${DEPLOYMENTS}/web`);
    const changed = await server.send('PUT', `${DEPLOYMENTS}/web`, {
      ...body,
      spec: { ...body.spec, replicas: 9 },
      status: { replicas: 99 },
    });
    expect(changed).toMatchObject({
      status: 200,
      body: {
        spec: { replicas: 9 },
        status: { replicas: 2 },
        metadata: { generation: 4, resourceVersion: '51', uid: 'd1' },
      },
    });
    expect(await server.send('PUT', `${DEPLOYMENTS}/web`, body)).toMatchObject({
      status: 409,
      body: {
        reason: 'Conflict',
        message:
          'Operation cannot be fulfilled on deployments.apps "web": the object has been modified; please apply your changes to the latest version and try again',
      },
    });
    const { resourceVersion: _, ...metadata } = body.metadata;
    expect(
      (await server.send('PUT', `${DEPLOYMENTS}/web`, { ...body, metadata: { ...metadata, uid: 'other' } })).status,
    ).toBe(409);
    expect((await server.send('PUT', `${DEPLOYMENTS}/none`, body)).status).toBe(404);
  });

  it('changes nothing when nothing changes', async () => {
    await using server = await testReplay(FILES);
    const { body } = await server.get(`${DEPLOYMENTS}/web`);
    expect((await server.send('PUT', `${DEPLOYMENTS}/web`, body)).body.metadata.resourceVersion).toBe('50');
  });

  it('writes status only through its subresource', async () => {
    await using server = await testReplay(FILES);
    const { body } = await server.get(`${DEPLOYMENTS}/web`);
    const after = await server.send('PUT', `${DEPLOYMENTS}/web/status`, { ...body, spec: {}, status: { replicas: 7 } });
    expect(after.body).toMatchObject({ spec: { replicas: 2 }, status: { replicas: 7 }, metadata: { generation: 3 } });
  });
});

describe('patch', () => {
  it.each([
    ['application/json-patch+json', [{ op: 'replace', path: '/spec/replicas', value: 5 }]],
    ['application/merge-patch+json', { spec: { replicas: 5 } }],
    [
      'application/strategic-merge-patch+json',
      { spec: { replicas: 5, template: { spec: { containers: [{ name: 'app', tty: true }] } } } },
    ],
    ['application/apply-patch+yaml', 'spec:\n  replicas: 5\n'],
  ])('%s', async (type, patch) => {
    await using server = await testReplay(FILES);
    const { status, body } = await server.send('PATCH', `${DEPLOYMENTS}/web?fieldManager=test`, patch, type);
    expect([status, body.spec.replicas, body.metadata.generation, body.spec.template.spec.containers.length]).toEqual([
      200, 5, 4, 2,
    ]);
  });

  it('applies into being, and demands a manager', async () => {
    await using server = await testReplay(FILES);
    const config = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'fresh' }, spec: { replicas: 1 } };
    const apply = (query: string) =>
      server.send('PATCH', `${DEPLOYMENTS}/fresh${query}`, config, 'application/apply-patch+yaml');
    expect(await apply('')).toMatchObject({
      status: 400,
      body: { message: expect.stringContaining('fieldManager: Required value') },
    });
    expect(await apply('?fieldManager=a')).toMatchObject({
      status: 201,
      body: { metadata: { managedFields: [{ manager: 'a', operation: 'Apply' }] } },
    });
    expect((await apply('?fieldManager=a')).status).toBe(200);
  });

  it('refuses a stale version, an unknown type, and a strategic patch of a custom resource', async () => {
    await using server = await testReplay({
      ...FILES,
      'objects/w.json': { apiVersion: 'x.io/v1', kind: 'Widget', metadata: { name: 'w' } },
    });
    const stale = { metadata: { resourceVersion: '1' }, spec: { replicas: 1 } };
    expect((await server.send('PATCH', `${DEPLOYMENTS}/web`, stale, 'application/merge-patch+json')).status).toBe(409);
    expect((await server.send('PATCH', `${DEPLOYMENTS}/web`, {}, 'application/json')).status).toBe(415);
    expect(
      (await server.send('PATCH', '/apis/x.io/v1/widgets/w', {}, 'application/strategic-merge-patch+json')).status,
    ).toBe(415);
    expect(
      (await server.send('PATCH', `${DEPLOYMENTS}/web`, [{ op: 'remove', path: '/x' }], 'application/json-patch+json'))
        .status,
    ).toBe(422);
  });
});

describe('delete', () => {
  const owned = pod('owned');
  owned.metadata.ownerReferences = [
    { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', uid: 'd1', controller: true },
  ];

  it('takes dependents along unless they are orphaned', async () => {
    await using server = await testReplay({ ...FILES, 'objects/owned.json': owned });
    expect(await server.send('DELETE', `${DEPLOYMENTS}/web`, {})).toMatchObject({
      status: 200,
      body: { status: 'Success', details: { name: 'web', uid: 'd1' } },
    });
    expect((await server.get(`${PODS}/owned`)).status).toBe(404);
    await using other = await testReplay({ ...FILES, 'objects/owned.json': owned });
    await other.send('DELETE', `${DEPLOYMENTS}/web`, { propagationPolicy: 'Orphan' });
    expect((await other.get(`${PODS}/owned`)).status).toBe(200);
  });

  it('checks preconditions', async () => {
    await using server = await testReplay(FILES);
    const remove = (preconditions: object) => server.send('DELETE', `${DEPLOYMENTS}/web`, { preconditions });
    expect((await remove({ uid: 'other' })).status).toBe(409);
    expect((await remove({ resourceVersion: '1' })).status).toBe(409);
    expect((await remove({ uid: 'd1', resourceVersion: '50' })).status).toBe(200);
  });

  it('waits for finalizers', async () => {
    const held = pod('held');
    held.metadata.finalizers = ['x.io/hold'];
    await using server = await testReplay({ 'objects/held.json': held });
    expect((await server.send('DELETE', `${PODS}/held`, {})).body.metadata.deletionTimestamp).toBe(
      '2026-03-01T10:00:00Z',
    );
    expect((await server.get(`${PODS}/held`)).status).toBe(200);
    await server.send('PATCH', `${PODS}/held`, { metadata: { finalizers: null } }, 'application/merge-patch+json');
    expect((await server.get(`${PODS}/held`)).status).toBe(404);
  });

  it('evicts a pod unless a disruption budget forbids', async () => {
    const budget = {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name: 'b', namespace: 'shop' },
      spec: { selector: { matchLabels: { app: 'web' } } },
      status: { disruptionsAllowed: 0 },
    };
    await using server = await testReplay({
      ...FILES,
      'objects/budget.json': budget,
      'objects/free.json': pod('free'),
    });
    expect(await server.send('POST', `${PODS}/web-1/eviction`, {})).toMatchObject({
      status: 429,
      body: { reason: 'TooManyRequests', details: { causes: [{ reason: 'DisruptionBudget' }] } },
    });
    expect((await server.send('POST', `${PODS}/free/eviction`, {})).status).toBe(201);
    expect((await server.get(`${PODS}/free`)).status).toBe(404);
  });
});

it('scales', async () => {
  await using server = await testReplay(FILES);
  expect((await server.get(`${DEPLOYMENTS}/web/scale`)).body).toMatchObject({
    kind: 'Scale',
    spec: { replicas: 2 },
    status: { replicas: 2, selector: 'app=web' },
  });
  expect(
    (await server.send('PATCH', `${DEPLOYMENTS}/web/scale`, { spec: { replicas: 0 } }, 'application/merge-patch+json'))
      .body.spec,
  ).toEqual({ replicas: 0 });
  expect((await server.get(`${DEPLOYMENTS}/web`)).body.spec.replicas).toBe(0);
  expect(
    (await server.send('PATCH', `${DEPLOYMENTS}/web/scale`, { spec: { replicas: -1 } }, 'application/merge-patch+json'))
      .status,
  ).toBe(400);
  expect((await server.get(`${DEPLOYMENTS}/web/nothing`)).status).toBe(404);
});

it('shows what a dry run would give and stores nothing', async () => {
  await using server = await testReplay(FILES);
  const before = (await server.get(`${DEPLOYMENTS}/web`)).body;
  const dry = await server.send(
    'PATCH',
    `${DEPLOYMENTS}/web?dryRun=All`,
    { spec: { replicas: 8 } },
    'application/merge-patch+json',
  );
  expect(dry.body).toMatchObject({ spec: { replicas: 8 }, metadata: { generation: 4, resourceVersion: '50' } });
  expect((await server.send('POST', `${PODS}?dryRun=All`, { metadata: { name: 'ghost' } })).status).toBe(201);
  await server.send('DELETE', `${DEPLOYMENTS}/web?dryRun=All`, {});
  await server.send('DELETE', `${DEPLOYMENTS}/web`, { dryRun: ['All'] });
  expect((await server.get(`${PODS}/ghost`)).status).toBe(404);
  expect((await server.get(`${DEPLOYMENTS}/web`)).body).toEqual(before);
  expect((await server.send('POST', `${PODS}?dryRun=Some`, {})).status).toBe(400);
});

it('never writes to the files of the recording', async () => {
  await using server = await testReplay(FILES);
  await server.send('DELETE', `${DEPLOYMENTS}/web`, {});
  expect(JSON.parse(await readFile(join(server.path, 'objects/web.json'), 'utf8'))).toEqual(FILES['objects/web.json']);
});
