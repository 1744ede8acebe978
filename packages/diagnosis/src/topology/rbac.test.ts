import { fixtureInput } from '@headwater/testkit/fixture-snapshot.ts';
import { describe, expect, it } from 'vitest';
import { indexObjects } from '../snapshot/objects.ts';
import { type AccessRequest, accessView } from './rbac.ts';

type Fields = Record<string, unknown>;
const RBAC = 'rbac.authorization.k8s.io/v1';
const KINDS = ['Role', 'RoleBinding', 'ClusterRole', 'ClusterRoleBinding'];

function role(name: string, rules: Fields[], namespace?: string): Fields {
  return {
    apiVersion: RBAC,
    kind: namespace ? 'Role' : 'ClusterRole',
    metadata: { name, ...(namespace ? { namespace } : {}) },
    rules,
  };
}

function binding(name: string, ref: string, subjects: Fields[], namespace?: string): Fields {
  const [kind, roleName] = ref.split('/');
  return {
    apiVersion: RBAC,
    kind: namespace ? 'RoleBinding' : 'ClusterRoleBinding',
    metadata: { name, ...(namespace ? { namespace } : {}) },
    roleRef: { kind, name: roleName },
    subjects,
  };
}

const READ_PODS = { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list'] };
const BOT = { kind: 'ServiceAccount', name: 'bot', namespace: 'shop' };
const LIST_PODS: AccessRequest = { verb: 'list', apiGroup: '', resource: 'pods', namespace: 'shop' };

function ask(objects: readonly Fields[], request: AccessRequest = LIST_PODS, read = true) {
  const coverage = read
    ? KINDS.map((kind) => ({ kind, state: 'read' as const }))
    : [{ kind: 'Pod', state: 'read' as const }];
  return accessView(indexObjects(fixtureInput({ objects }).objects, coverage)).can(
    { namespace: 'shop', name: 'bot' },
    request,
  );
}

function allowed(objects: readonly Fields[], request?: AccessRequest) {
  return ask(objects, request).allowed;
}

describe('grants', () => {
  it('through a RoleBinding in the namespace only, and a ClusterRoleBinding everywhere', () => {
    const bound = [role('reader', [READ_PODS]), binding('b', 'ClusterRole/reader', [BOT], 'shop')];
    expect(allowed(bound)).toBe(true);
    expect(allowed(bound, { ...LIST_PODS, namespace: 'other' })).toBe(false);
    const everywhere = [role('reader', [READ_PODS]), binding('b', 'ClusterRole/reader', [BOT])];
    expect(allowed(everywhere, { verb: 'list', apiGroup: '', resource: 'pods' })).toBe(true);
  });

  it('through groups of service accounts and the user name', () => {
    for (const subject of [
      { kind: 'Group', name: 'system:serviceaccounts' },
      { kind: 'Group', name: 'system:serviceaccounts:shop' },
      { kind: 'Group', name: 'system:authenticated' },
      { kind: 'User', name: 'system:serviceaccount:shop:bot' },
    ]) {
      expect(allowed([role('reader', [READ_PODS]), binding('b', 'ClusterRole/reader', [subject])]), subject.name).toBe(
        true,
      );
    }
    expect(
      allowed([
        role('reader', [READ_PODS]),
        binding('b', 'ClusterRole/reader', [{ kind: 'Group', name: 'system:serviceaccounts:other' }]),
      ]),
    ).toBe(false);
  });

  it('respects wildcards, groups, subresources and resource names', () => {
    const give = (rule: Fields) => [role('r', [rule], 'shop'), binding('b', 'Role/r', [BOT], 'shop')];
    expect(allowed(give({ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }))).toBe(true);
    expect(allowed(give({ apiGroups: ['apps'], resources: ['pods'], verbs: ['list'] }))).toBe(false);
    expect(allowed(give(READ_PODS), { ...LIST_PODS, resource: 'pods/log', verb: 'get' })).toBe(false);
    expect(
      allowed(give({ ...READ_PODS, resources: ['*/log'] }), { ...LIST_PODS, resource: 'pods/log', verb: 'get' }),
    ).toBe(true);
    const named = give({ apiGroups: [''], resources: ['configmaps'], resourceNames: ['a'], verbs: ['get'] });
    expect(allowed(named, { verb: 'get', apiGroup: '', resource: 'configmaps', name: 'a', namespace: 'shop' })).toBe(
      true,
    );
    expect(allowed(named, { verb: 'get', apiGroup: '', resource: 'configmaps', name: 'b', namespace: 'shop' })).toBe(
      false,
    );
  });
});

describe('near misses', () => {
  function near(objects: readonly Fields[], request?: AccessRequest) {
    const answer = ask(objects, request);
    return answer.allowed === true ? [] : answer.near.map(({ kind, detail }) => `${kind} ${detail}`);
  }

  it('names a role that is gone, a verb that is missing, and a binding of another namespace', () => {
    expect(near([binding('b', 'Role/reader', [BOT], 'shop')])).toEqual(['role-missing Role reader']);
    expect(
      near([role('r', [{ ...READ_PODS, verbs: ['get', 'watch'] }], 'shop'), binding('b', 'Role/r', [BOT], 'shop')]),
    ).toEqual(['rule-missing get, watch']);
    expect(near([role('reader', [READ_PODS]), binding('b', 'ClusterRole/reader', [BOT], 'other')])).toEqual([
      'other-namespace other',
    ]);
  });

  it('names the account a binding was written for instead', () => {
    const slip = { kind: 'ServiceAccount', name: 'bot', namespace: 'default' };
    expect(near([role('r', [READ_PODS], 'shop'), binding('b', 'Role/r', [slip], 'shop')])).toEqual([
      'other-account default/bot',
    ]);
  });

  it('names a role nobody bound', () =>
    expect(near([role('pod-reader', [READ_PODS], 'shop')])).toEqual(['unbound-role pod-reader']));
});

it('does not claim a refusal when RBAC was not read', () => expect(ask([], LIST_PODS, false).allowed).toBe('unknown'));
