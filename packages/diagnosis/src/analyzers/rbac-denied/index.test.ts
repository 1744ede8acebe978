import { testAnalyzer } from '@headwater/testkit/analyzer-fixtures.ts';
import { describe, expect, it } from 'vitest';
import { readForbidden } from './forbidden.ts';
import { analyzer } from './index.ts';

testAnalyzer(analyzer, import.meta.dirname);

describe('readForbidden', () => {
  it.each([
    [
      'failed to list *v1.Pod: pods is forbidden: User "system:serviceaccount:shop:bot" cannot list resource "pods" in API group "" in the namespace "shop"',
      { verb: 'list', resource: 'pods', apiGroup: '', namespace: 'shop' },
    ],
    [
      '{"msg":"deployments.apps \\"web\\" is forbidden: User \\"system:serviceaccount:shop:bot\\" cannot patch resource \\"deployments\\" in API group \\"apps\\" in the namespace \\"shop\\""}',
      { verb: 'patch', resource: 'deployments', apiGroup: 'apps', namespace: 'shop', name: 'web' },
    ],
    [
      'nodes is forbidden: User "system:serviceaccount:shop:bot" cannot watch resource "nodes" in API group "" at the cluster scope',
      { verb: 'watch', resource: 'nodes', apiGroup: '' },
    ],
    [
      'pods "a" is forbidden: User "system:serviceaccount:shop:bot" cannot get resource "pods/log" in API group "" in the namespace "shop": RBAC: clusterrole.rbac.authorization.k8s.io "x" not found',
      { verb: 'get', resource: 'pods/log', apiGroup: '', namespace: 'shop', name: 'a' },
    ],
  ])('%s', (text, request) =>
    expect(readForbidden(text)).toEqual({ account: { namespace: 'shop', name: 'bot' }, request }),
  );

  it('leaves quotas, people and meshes alone', () => {
    expect(readForbidden('pods "a" is forbidden: exceeded quota: team')).toBeNull();
    expect(readForbidden('pods is forbidden: User "anna" cannot list resource "pods" in API group ""')).toBeNull();
    expect(readForbidden('upstream returned 403: RBAC: access denied')).toBeNull();
  });
});
