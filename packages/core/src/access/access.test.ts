import { describe, expect, it } from 'vitest';
import { AppError } from '../errors.ts';
import { type Actor, type Role, type RoleBinding, systemActor } from './actor.ts';
import { authorize } from './authorize.ts';
import { allows, PERMISSIONS, ROLE_PERMISSIONS, scopeOf } from './permissions.ts';
import { covers, isEmpty, scopeOfBindings } from './scope.ts';

function actor(...bindings: readonly RoleBinding[]): Actor {
  return { kind: 'user', id: 'usr_1', name: 'kim', bindings };
}

function bind(role: Role, cluster = '*', namespace = '*'): RoleBinding {
  return { role, cluster, namespace };
}

const shop = { cluster: 'prod', namespaces: ['shop'] };

describe('roles', () => {
  it.each([
    ['viewer', ['incidents.read']],
    ['responder', ['incidents.read', 'incidents.write', 'maintenance.write']],
    ['approver', ['incidents.read', 'incidents.write', 'approve', 'maintenance.write']],
    ['admin', [...PERMISSIONS]],
    ['sender', ['signals.send']],
  ] as const)('%s may do exactly its list', (role, expected) => {
    const may = PERMISSIONS.filter((permission) => allows(actor(bind(role)), permission, shop).allowed);
    expect(may).toEqual(expected);
    expect(new Set(ROLE_PERMISSIONS[role])).toEqual(new Set(expected));
  });

  it('the system may do everything everywhere', () => {
    for (const permission of PERMISSIONS)
      expect(allows(systemActor, permission, { cluster: 'any', namespaces: [] }).allowed).toBe(true);
  });

  it('says why not', () => {
    expect(allows(actor(bind('viewer')), 'incidents.write', shop).reason).toBe(
      'no role of kim permits incidents.write',
    );
    expect(allows(actor(bind('viewer', 'prod', 'web')), 'incidents.read', shop).reason).toBe(
      'no role of kim permits incidents.read in namespace shop of cluster prod',
    );
  });
});

describe('places', () => {
  it('needs every namespace of the place', () => {
    const scope = scopeOfBindings([bind('viewer', 'prod', 'shop'), bind('viewer', 'prod', 'web')]);
    expect(covers(scope, { cluster: 'prod', namespaces: ['shop', 'web'] })).toBe(true);
    expect(covers(scope, { cluster: 'prod', namespaces: ['shop', 'bank'] })).toBe(false);
    expect(covers(scope, { cluster: 'test', namespaces: ['shop'] })).toBe(false);
  });

  it('joins namespaces bound in any cluster with those of one cluster', () => {
    const scope = scopeOfBindings([bind('viewer', '*', 'shop'), bind('viewer', 'prod', 'web')]);
    expect(covers(scope, { cluster: 'prod', namespaces: ['shop', 'web'] })).toBe(true);
    expect(covers(scope, { cluster: 'test', namespaces: ['shop'] })).toBe(true);
    expect(covers(scope, { cluster: 'test', namespaces: ['shop', 'web'] })).toBe(false);
  });

  it('shows what has no namespace only to who has the whole cluster', () => {
    const node = { cluster: 'prod', namespaces: [] };
    expect(covers(scopeOfBindings([bind('viewer', 'prod', 'shop')]), node)).toBe(false);
    expect(covers(scopeOfBindings([bind('viewer', '*', 'shop')]), node)).toBe(false);
    expect(covers(scopeOfBindings([bind('viewer', 'prod', '*')]), node)).toBe(true);
    expect(covers(scopeOfBindings([bind('viewer', 'test', '*')]), node)).toBe(false);
  });

  it('a whole cluster swallows its single namespaces', () => {
    expect(scopeOfBindings([bind('viewer', 'prod', '*'), bind('viewer', 'prod', 'shop')])).toEqual({
      everything: false,
      clusters: ['prod'],
      namespaces: [],
    });
  });

  it('a permission reaches only where a role that grants it is bound', () => {
    const kim = actor(bind('viewer'), bind('responder', 'prod', 'shop'));
    expect(allows(kim, 'incidents.read', { cluster: 'test', namespaces: ['web'] }).allowed).toBe(true);
    expect(allows(kim, 'incidents.write', shop).allowed).toBe(true);
    expect(allows(kim, 'incidents.write', { cluster: 'test', namespaces: ['web'] }).allowed).toBe(false);
    expect(scopeOf(kim, 'incidents.write').namespaces).toEqual([{ cluster: 'prod', namespaces: ['shop'] }]);
  });

  it('asks without a place: anywhere for what has places, everywhere for what has none', () => {
    const local = actor(bind('admin', 'prod', 'shop'));
    expect(allows(local, 'incidents.write').allowed).toBe(true);
    expect(allows(local, 'users.manage').allowed).toBe(false);
    expect(allows(local, 'tokens.manage').allowed).toBe(false);
    expect(allows(actor(bind('admin')), 'users.manage').allowed).toBe(true);
    expect(allows(actor(), 'incidents.read').allowed).toBe(false);
    expect(isEmpty(scopeOf(actor(), 'incidents.read'))).toBe(true);
  });
});

describe('authorize', () => {
  function codeOf(act: () => void): string {
    try {
      act();
      return 'allowed';
    } catch (error) {
      return error instanceof AppError ? error.code : 'other';
    }
  }
  const target = { ...shop, label: 'incident inc_1' };

  it('hides what the actor may not see, forbids what they see', () => {
    expect(codeOf(() => authorize(actor(bind('viewer')), 'incidents.write', target))).toBe('forbidden');
    expect(codeOf(() => authorize(actor(bind('admin', 'prod', 'web')), 'incidents.write', target))).toBe('not_found');
    expect(codeOf(() => authorize(actor(bind('responder')), 'incidents.write', target))).toBe('allowed');
    expect(codeOf(() => authorize(actor(bind('viewer')), 'users.manage'))).toBe('forbidden');
  });

  it('a person who must change the password may do nothing else', () => {
    const kim: Actor = { ...actor(bind('admin')), mustChangePassword: true };
    for (const permission of PERMISSIONS) {
      expect(codeOf(() => authorize(kim, permission, target))).toBe('forbidden');
      expect(isEmpty(scopeOf(kim, permission))).toBe(true);
    }
  });
});
