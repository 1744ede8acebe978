import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Actor, EVERYWHERE, type RoleBinding, ROLES } from './actor.ts';
import { authorize } from './authorize.ts';
import { allows, PERMISSIONS, ROLE_PERMISSIONS, scopeOf } from './permissions.ts';
import { covers, isEmpty, type Place, scopeOfBindings } from './scope.ts';

const CLUSTERS = ['prod', 'test', 'edge'];
const NAMESPACES = ['shop', 'bank', 'web'];

const binding: fc.Arbitrary<RoleBinding> = fc.record({
  role: fc.constantFrom(...ROLES),
  cluster: fc.constantFrom(EVERYWHERE, ...CLUSTERS),
  namespace: fc.constantFrom(EVERYWHERE, ...NAMESPACES),
});
const bindings = fc.array(binding, { maxLength: 6 });
const place: fc.Arbitrary<Place> = fc.record({
  cluster: fc.constantFrom(...CLUSTERS),
  namespaces: fc.uniqueArray(fc.constantFrom(...NAMESPACES)),
});
const permission = fc.constantFrom(...PERMISSIONS);

function actorWith(held: readonly RoleBinding[]): Actor {
  return { kind: 'user', id: 'usr_1', name: 'kim', bindings: held };
}

/** The rule in its plainest words, without the shortcuts of a scope. */
function reaches(held: readonly RoleBinding[], { cluster, namespaces }: Place): boolean {
  const here = held.filter((one) => one.cluster === EVERYWHERE || one.cluster === cluster);
  if (here.some(({ namespace }) => namespace === EVERYWHERE)) return true;
  return namespaces.length > 0 && namespaces.every((wanted) => here.some(({ namespace }) => namespace === wanted));
}

describe('for any bindings', () => {
  it('a scope covers exactly the places the bindings reach', () => {
    fc.assert(
      fc.property(bindings, place, (held, at) => {
        expect(covers(scopeOfBindings(held), at)).toBe(reaches(held, at));
      }),
    );
  });

  it('a permission is held exactly where a role that grants it reaches', () => {
    fc.assert(
      fc.property(bindings, place, permission, (held, at, wanted) => {
        const granting = held.filter(({ role }) => ROLE_PERMISSIONS[role].includes(wanted));
        const isGlobal = wanted === 'users.manage' || wanted === 'tokens.manage' || wanted === 'jobs.manage';
        const everywhere = granting.some((one) => one.cluster === EVERYWHERE && one.namespace === EVERYWHERE);
        expect(allows(actorWith(held), wanted, at).allowed).toBe(isGlobal ? everywhere : reaches(granting, at));
      }),
    );
  });

  it('another binding never takes anything away', () => {
    fc.assert(
      fc.property(bindings, binding, place, permission, (held, more, at, wanted) => {
        if (allows(actorWith(held), wanted, at).allowed)
          expect(allows(actorWith([...held, more]), wanted, at).allowed).toBe(true);
      }),
    );
  });

  it('the order of bindings means nothing', () => {
    fc.assert(
      fc.property(bindings, place, (held, at) => {
        expect(covers(scopeOfBindings([...held].reverse()), at)).toBe(covers(scopeOfBindings(held), at));
      }),
    );
  });

  it('what covers a place covers each part of it', () => {
    fc.assert(
      fc.property(bindings, place, (held, at) => {
        const scope = scopeOfBindings(held);
        if (!covers(scope, at)) return;
        for (const namespace of at.namespaces) expect(covers(scope, { ...at, namespaces: [namespace] })).toBe(true);
      }),
    );
  });

  it('asking without a place is allowed when some place is', () => {
    fc.assert(
      fc.property(bindings, place, permission, (held, at, wanted) => {
        const actor = actorWith(held);
        if (allows(actor, wanted, at).allowed) expect(allows(actor, wanted).allowed).toBe(true);
        if (allows(actor, wanted).allowed) expect(isEmpty(scopeOf(actor, wanted))).toBe(false);
      }),
    );
  });

  it('a refusal never tells of what may not be seen', () => {
    fc.assert(
      fc.property(bindings, place, permission, (held, at, wanted) => {
        const actor = actorWith(held);
        const visible = allows(actor, 'incidents.read', at).allowed;
        let code = 'allowed';
        try {
          authorize(actor, wanted, { ...at, label: 'incident inc_1' });
        } catch (error) {
          code = (error as { code: string }).code;
        }
        if (code === 'forbidden') expect(visible).toBe(true);
        if (code === 'not_found') expect(visible).toBe(false);
      }),
    );
  });
});
