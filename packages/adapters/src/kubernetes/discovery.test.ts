import { answerJson, type Asked, fakeServer } from '@headwater/testkit/fake-server.ts';
import { describe, expect, it } from 'vitest';
import { collectionPath, discover } from './discovery.ts';
import { apiTransport, PODS } from './test-api.ts';

const LISTED = { namespaced: true, verbs: ['list'] };
const ANSWERS: Readonly<Record<string, unknown>> = {
  '/apis': {
    groups: [
      { name: 'apps', preferredVersion: { groupVersion: 'apps/v1' } },
      {
        name: 'gw.example',
        preferredVersion: { groupVersion: 'gw.example/v1' },
        versions: [{ groupVersion: 'gw.example/v1' }, { groupVersion: 'gw.example/v1beta1' }],
      },
      { name: 'metrics.k8s.io', preferredVersion: { groupVersion: 'metrics.k8s.io/v1' } },
    ],
  },
  '/api/v1': {
    resources: [
      { name: 'pods', kind: 'Pod', ...LISTED },
      { name: 'pods/log', kind: 'Pod', ...LISTED },
      { name: 'bindings', kind: 'Binding', namespaced: true, verbs: ['create'] },
    ],
  },
  '/apis/apps/v1': { resources: [{ name: 'deployments', kind: 'Deployment', ...LISTED }] },
  '/apis/gw.example/v1': { resources: [{ name: 'routes', kind: 'Route', ...LISTED }] },
  '/apis/gw.example/v1beta1': {
    resources: [
      { name: 'routes', kind: 'Route', ...LISTED },
      { name: 'grants', kind: 'Grant', ...LISTED },
    ],
  },
};

function api(changes: Readonly<Record<string, unknown>> = {}) {
  return fakeServer(
    ({ path, response }: Asked) =>
      ({ ...ANSWERS, ...changes })[path] ?? answerJson(response, 503, { message: 'service unavailable' }),
  );
}

describe('discover', () => {
  it('lists what can be listed, in the preferred version where that has the kind, and names a broken group', async () => {
    await using server = await api();
    const { resources, failed } = await discover(apiTransport(server.url));
    expect(resources.map(({ apiVersion, plural }) => `${apiVersion} ${plural}`)).toEqual([
      'v1 pods',
      'apps/v1 deployments',
      'gw.example/v1 routes',
      'gw.example/v1beta1 grants',
    ]);
    expect(failed).toEqual(['metrics.k8s.io/v1']);
  });

  it('names a group that answers something else', async () => {
    await using server = await api({
      '/apis/apps/v1': { hello: 'world' },
      '/apis/metrics.k8s.io/v1': { resources: [] },
    });
    expect((await discover(apiTransport(server.url))).failed).toEqual(['apps/v1']);
  });

  it('fails when the core group or the list of groups is not there', async () => {
    await using noCore = await api({ '/api/v1': undefined });
    await expect(discover(apiTransport(noCore.url))).rejects.toMatchObject({ code: 'unavailable' });
    await using other = await api({ '/apis': { hello: 'world' } });
    await expect(discover(apiTransport(other.url))).rejects.toMatchObject({
      code: 'invalid',
      message: expect.stringContaining('is not an APIGroupList') as string,
    });
  });

  it('spells collection paths', () => {
    expect(collectionPath(PODS)).toBe('/api/v1/pods');
    expect(collectionPath({ ...PODS, apiVersion: 'apps/v1', plural: 'deployments' }, 'a/b')).toBe(
      '/apis/apps/v1/namespaces/a%2Fb/deployments',
    );
  });
});
