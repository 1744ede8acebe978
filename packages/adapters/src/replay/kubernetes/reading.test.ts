import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pod, type TestBody, type TestReplay, testReplay } from '../fixtures/replay-server.ts';

const CRD = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'oxen.example.com' },
  spec: {
    group: 'example.com',
    scope: 'Namespaced',
    names: { plural: 'oxen', kind: 'Ox', shortNames: ['ox'] },
    versions: [{ name: 'v1', served: true }],
  },
};
const EVENT = {
  apiVersion: 'events.k8s.io/v1',
  kind: 'Event',
  metadata: { name: 'e1', namespace: 'shop', creationTimestamp: '2026-03-01T09:50:00Z' },
  regarding: { kind: 'Pod', name: 'web-0', namespace: 'shop' },
  note: 'Back-off',
  reason: 'BackOff',
  type: 'Warning',
  eventTime: '2026-03-01T09:50:00.000000Z',
  reportingController: 'kubelet',
};
const DENIED = {
  apiVersion: 'v1',
  kind: 'Status',
  status: 'Failure',
  reason: 'Forbidden',
  code: 403,
  message: 'secrets is forbidden: User "x" cannot list resource "secrets" in API group "" in the namespace "pay"',
  details: { kind: 'secrets' },
};

let server: TestReplay;
beforeAll(async () => {
  const pods = Array.from({ length: 5 }, (_, index) =>
    pod(`web-${index}`, { labels: { app: 'web' }, resourceVersion: String(40 + index) }),
  );
  server = await testReplay({
    'objects/pods.json': {
      apiVersion: 'v1',
      kind: 'List',
      items: [...pods, pod('api-0', { namespace: 'pay', labels: { app: 'api' } })],
    },
    'objects/deploy.yaml':
      'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: shop}\nspec: {replicas: 2, selector: {matchLabels: {app: web}}}\n',
    'objects/crd.json': CRD,
    'objects/ox.json': { apiVersion: 'example.com/v1', kind: 'Ox', metadata: { name: 'o', namespace: 'shop' } },
    'objects/gadget.json': { apiVersion: 'example.com/v1beta1', kind: 'Policy', metadata: { name: 'p' } },
    'objects/event.json': EVENT,
    'objects/secret.json': {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 's', namespace: 'shop' },
      data: { k: 'aHVudGVy' },
    },
    'objects/denied.json': DENIED,
    'objects/ingresses.json': { apiVersion: 'v1', kind: 'List', items: [] },
    'objects/late.json': pod('later', { spec: {}, status: {} }),
    'objects/future.yaml':
      'apiVersion: v1\nkind: Pod\nmetadata: {name: future, namespace: shop, creationTimestamp: 2026-03-01T10:00:01Z}\n',
  });
});
afterAll(() => server[Symbol.asyncDispose]());

const names = (body: TestBody): string[] => body.items.map(({ metadata }) => metadata.name);

describe('discovery', () => {
  it('names version, groups and versions', async () => {
    expect((await server.get('/version')).body).toMatchObject({ major: '1', minor: '34', gitVersion: 'v1.34.0' });
    expect((await server.get('/readyz')).text).toBe('ok');
    expect((await server.get('/api')).body).toMatchObject({ versions: ['v1'] });
    const { body } = await server.get('/apis');
    expect(body.groups.map(({ name, preferredVersion }) => [name, preferredVersion.groupVersion])).toEqual([
      ['apiextensions.k8s.io', 'apiextensions.k8s.io/v1'],
      ['apps', 'apps/v1'],
      ['authorization.k8s.io', 'authorization.k8s.io/v1'],
      ['events.k8s.io', 'events.k8s.io/v1'],
      ['example.com', 'example.com/v1'],
      ['networking.k8s.io', 'networking.k8s.io/v1'],
    ]);
    expect((await server.get('/apis/apps')).body).toMatchObject({ kind: 'APIGroup', name: 'apps' });
  });

  it('takes plurals from the CRD, the table of built-in kinds, or the rules of English', async () => {
    const resources = async (path: string): Promise<string[]> => {
      const { body } = await server.get(path);
      return body.resources.map(({ name, kind, namespaced }) => `${name} ${kind} ${namespaced}`);
    };
    expect(await resources('/apis/example.com/v1')).toEqual(['oxen Ox true', 'oxen/status Ox true']);
    expect(await resources('/apis/example.com/v1beta1')).toEqual([
      'policies Policy false',
      'policies/status Policy false',
    ]);
    expect(await resources('/apis/networking.k8s.io/v1')).toEqual([
      'ingresses Ingress true',
      'ingresses/status Ingress true',
    ]);
    expect(await resources('/api/v1')).toContain('pods/log Pod true');
    expect(await resources('/apis/apps/v1')).toContain('deployments/scale Scale true');
  });

  it('does not serve kinds nobody listed', async () => {
    expect(await server.get('/api/v1/configmaps')).toMatchObject({
      status: 404,
      body: {
        kind: 'Status',
        reason: 'NotFound',
        message: 'the server could not find the requested resource: the recording does not hold configmaps',
      },
    });
    expect((await server.get('/apis/batch/v1')).status).toBe(404);
  });
});

describe('get and list', () => {
  it('answers one object, and a Status for one that is not there', async () => {
    expect(await server.get('/api/v1/namespaces/shop/pods/web-1')).toMatchObject({
      status: 200,
      body: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web-1', resourceVersion: '41' } },
    });
    expect(await server.get('/apis/apps/v1/namespaces/shop/deployments/none')).toMatchObject({
      status: 404,
      body: {
        kind: 'Status',
        apiVersion: 'v1',
        status: 'Failure',
        reason: 'NotFound',
        code: 404,
        message: 'deployments.apps "none" not found',
        details: { name: 'none', group: 'apps', kind: 'deployments' },
      },
    });
  });

  it('lists over all namespaces or one, in name order, without what came after the clock', async () => {
    const { body } = await server.get('/api/v1/pods');
    expect(body).toMatchObject({ kind: 'PodList', apiVersion: 'v1', metadata: { resourceVersion: '44' } });
    expect(names(body)).toEqual(['api-0', 'later', 'web-0', 'web-1', 'web-2', 'web-3', 'web-4']);
    expect(body.items[0]).not.toHaveProperty('kind');
    expect(names((await server.get('/api/v1/namespaces/pay/pods')).body)).toEqual(['api-0']);
    expect(names((await server.get('/apis/networking.k8s.io/v1/ingresses')).body)).toEqual([]);
    expect((await server.get('/apis/example.com/v1/oxen')).body.items[0]).toMatchObject({ kind: 'Ox' });
  });

  it('selects by labels and fields', async () => {
    expect(names((await server.get('/api/v1/pods?labelSelector=app%20in%20(api)')).body)).toEqual(['api-0']);
    expect(names((await server.get('/api/v1/pods?fieldSelector=metadata.name%3Dweb-3')).body)).toEqual(['web-3']);
    expect(await server.get('/api/v1/pods?fieldSelector=spec.x%3D1')).toMatchObject({
      status: 400,
      body: { reason: 'BadRequest' },
    });
  });

  it('pages with limit and continue over one state', async () => {
    const first = await server.get('/api/v1/pods?limit=3');
    expect(first.body.metadata).toMatchObject({ remainingItemCount: 4, continue: expect.any(String) });
    const next = encodeURIComponent(first.body.metadata.continue);
    const second = await server.get(`/api/v1/pods?limit=3&continue=${next}`);
    const third = await server.get(
      `/api/v1/pods?limit=3&continue=${encodeURIComponent(second.body.metadata.continue)}`,
    );
    expect([...names(first.body), ...names(second.body), ...names(third.body)]).toHaveLength(7);
    expect(third.body.metadata).not.toHaveProperty('continue');
    expect((await server.get(`/api/v1/pods?limit=3&continue=${next}`)).body.items).toEqual(second.body.items);
    const selective = await server.get('/api/v1/pods?limit=3&labelSelector=app%3Dweb');
    expect(selective.body.metadata).not.toHaveProperty('remainingItemCount');
  });

  it('forgets a list nobody continued while many others began, and says 410', async () => {
    const { body } = await server.get('/api/v1/pods?limit=1');
    for (let round = 0; round < 33; round++) await server.get('/api/v1/pods?limit=1');
    expect(await server.get(`/api/v1/pods?limit=1&continue=${body.metadata.continue}`)).toMatchObject({
      status: 410,
      body: { reason: 'Expired', code: 410, message: expect.stringContaining('too old to display a consistent list') },
    });
    expect((await server.get('/api/v1/pods?continue=nonsense')).status).toBe(400);
    expect((await server.get('/api/v1/pods?limit=-1')).status).toBe(400);
  });

  it('refuses versions that are gone or have not come', async () => {
    expect((await server.get('/api/v1/pods?resourceVersion=7&resourceVersionMatch=Exact')).status).toBe(410);
    expect((await server.get('/api/v1/pods?resourceVersion=7')).status).toBe(200);
    expect(await server.get('/api/v1/pods?resourceVersion=9999')).toMatchObject({
      status: 504,
      body: { reason: 'Timeout', details: { causes: [{ reason: 'ResourceVersionTooLarge' }] } },
    });
  });
});

describe('forms', () => {
  it('answers metadata only', async () => {
    const accept = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json';
    const { body } = await server.get('/api/v1/secrets?fieldSelector=metadata.namespace%3Dshop', { accept });
    expect(body).toMatchObject({ status: 'Failure', reason: 'Forbidden' });
    const own = await server.get('/api/v1/namespaces/shop/secrets', { accept });
    expect(own.body).toMatchObject({
      kind: 'PartialObjectMetadataList',
      items: [{ kind: 'PartialObjectMetadata', metadata: { name: 's' } }],
    });
    expect(JSON.stringify(own.body)).not.toContain('redacted');
  });

  it('answers a table as kubectl asks for it', async () => {
    const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';
    const { body } = await server.get('/api/v1/namespaces/shop/pods?limit=1', { accept });
    expect(body).toMatchObject({
      kind: 'Table',
      columnDefinitions: [
        { name: 'Name' },
        { name: 'Ready' },
        { name: 'Status' },
        { name: 'Restarts' },
        { name: 'Age' },
      ],
      rows: [{ cells: ['later', '0/1', 'Running', 0, '60m'], object: { kind: 'PartialObjectMetadata' } }],
    });
    const ox = await server.get('/apis/example.com/v1/namespaces/shop/oxen/o', { accept });
    expect(ox.body.rows[0]?.cells).toEqual(['o', '<unknown>']);
  });

  it('serves events in both groups, whichever was recorded', async () => {
    const core = await server.get(
      '/api/v1/namespaces/shop/events?fieldSelector=involvedObject.name%3Dweb-0,type%3DWarning',
    );
    expect(core.body.items[0]).toMatchObject({
      involvedObject: { name: 'web-0' },
      message: 'Back-off',
      reportingComponent: 'kubelet',
    });
    const newer = await server.get('/apis/events.k8s.io/v1/namespaces/shop/events/e1');
    expect(newer.body).toMatchObject(EVENT);
  });

  it('keeps a redacted Secret decodable', async () => {
    const { body } = await server.get('/api/v1/namespaces/shop/secrets/s');
    expect(atob(body.data.k)).toBe('<redacted: 6 bytes>');
  });
});

describe('refusals', () => {
  it('are repeated where the recorder met them, and for the list over all namespaces', async () => {
    const denied = await server.get('/api/v1/namespaces/pay/secrets');
    expect(denied).toMatchObject({
      status: 403,
      body: { reason: 'Forbidden', message: DENIED.message, details: { kind: 'secrets' } },
    });
    expect((await server.get('/api/v1/secrets')).status).toBe(403);
    expect((await server.get('/api/v1/namespaces/shop/secrets')).status).toBe(200);
    expect((await server.get('/api/v1/namespaces/pay/secrets?watch=1')).status).toBe(403);
  });

  it('are known to access reviews', async () => {
    const review = async (resourceAttributes: object): Promise<unknown> => {
      const path = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';
      return (await server.send('POST', path, { spec: { resourceAttributes } })).body.status;
    };
    expect(await review({ verb: 'list', resource: 'pods', namespace: 'shop' })).toEqual({ allowed: true });
    expect(await review({ verb: 'list', resource: 'secrets', namespace: 'pay' })).toEqual({
      allowed: false,
      reason: DENIED.message,
    });
    expect(await review({ verb: 'list', resource: 'secrets' })).toMatchObject({ allowed: false });
    const rules = await server.send('POST', '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews', {
      spec: { namespace: 'pay' },
    });
    expect(rules.body.status.resourceRules).toContainEqual({
      verbs: ['*'],
      apiGroups: ['apps'],
      resources: ['deployments'],
    });
    expect(JSON.stringify(rules.body.status)).not.toContain('secrets');
  });

  it.each([
    ['forbidden', 403, 'Forbidden'],
    ['unreachable', 503, 'ServiceUnavailable'],
  ])('cover everything when objects were %s', async (state, status, reason) => {
    const manifest = `format: headwater.recording/v1\nname: a\ntitle: T\nnow: 2026-03-01T10:00:00Z\ncluster: {name: c}\nsources: {objects: ${state}}\n`;
    await using closed = await testReplay({ 'recording.yaml': manifest });
    expect(await closed.get('/api/v1/pods')).toMatchObject({ status, body: { reason } });
    expect((await closed.get('/api/v1')).body.resources.length).toBeGreaterThan(20);
  });
});
