import { describe, expect, it } from 'vitest';
import type { Actor } from '../access/actor.ts';
import { HOUR, MINUTE } from '../time.ts';
import {
  decideApproval,
  decideExecution,
  decideRejection,
  REMEDIATION_STATUSES,
  type RemediationState,
} from './decide.ts';
import { type ActionKind, planAction } from './plan.ts';
import { planHash } from './plan-hash.ts';

const NOW = Date.parse('2026-03-01T10:00:00Z');
const checkout = { kind: 'Deployment', namespace: 'shop', name: 'checkout' };

function person(id: string, name = id): Actor {
  return { kind: 'user', id, name, bindings: [] };
}

function state(more: Partial<RemediationState> = {}): RemediationState {
  const ada = { kind: 'user', id: 'ada', name: 'Ada' } as const;
  return {
    status: 'proposed',
    planHash: 'h',
    proposedBy: ada,
    proposedAt: NOW,
    approvedBy: null,
    approvedAt: null,
    ...more,
  };
}

const approved = state({ status: 'approved', approvedBy: { kind: 'user', id: 'ben', name: 'Ben' }, approvedAt: NOW });

describe('a plan', () => {
  it.each([
    ['restart-workload', 'StatefulSet', true],
    ['restart-workload', 'Pod', false],
    ['rollback-deployment', 'Deployment', true],
    ['rollback-deployment', 'StatefulSet', false],
    ['cordon-node', 'Node', true],
    ['cordon-node', 'Deployment', false],
  ] as const)('%s on a %s: %s', (action, kind, possible) => {
    const planned = planAction(action, { kind, namespace: 'shop', name: 'db-0-1' }, 'prod');
    expect('plan' in planned).toBe(possible);
    if ('reason' in planned) expect(planned.reason).toContain(`${kind} shop/db-0-1 is none`);
  });

  it('has a hash that changes with anything in it, and with nothing else', () => {
    const hashOf = (action: ActionKind, subject: object, cluster = 'prod'): string => {
      const planned = planAction(action, { ...checkout, ...subject }, cluster);
      return 'plan' in planned ? planHash(planned.plan) : '';
    };
    const hash = hashOf('restart-workload', {});
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    expect(hashOf('restart-workload', { apiVersion: 'apps/v1beta1' })).toBe(hash);
    const others = [
      hashOf('rollback-deployment', {}),
      hashOf('restart-workload', { name: 'cart' }),
      hashOf('restart-workload', { namespace: 'bank' }),
      hashOf('restart-workload', { uid: 'u1' }),
      hashOf('restart-workload', {}, 'staging'),
    ];
    expect(new Set([hash, ...others]).size).toBe(6);
  });
});

describe('approval', () => {
  const by = (id: string, hash = 'h', now = NOW) => ({ actor: person(id), hash, now });

  it.each([
    ['another person', state(), by('ben'), true],
    ['the proposer', state(), by('ada'), false],
    ['another plan than was shown', state(), by('ben', 'other'), false],
    ['a stale proposal', state(), by('ben', 'h', NOW + 25 * HOUR), false],
    ['one that is approved already', approved, by('cleo'), false],
  ])('by or of %s', (_, row, input, allowed) => {
    expect(decideApproval(row, input).allowed).toBe(allowed);
  });

  it('by Headwater itself proposed leaves every person free to approve', () => {
    const own = state({ proposedBy: { kind: 'system', id: 'system', name: 'Headwater' } });
    expect(decideApproval(own, by('ada')).allowed).toBe(true);
  });
});

describe('execution', () => {
  it('is refused to who approved, whatever name they go by', () => {
    const renamed = decideExecution(approved, { actor: person('ben', 'Somebody Else'), now: NOW });
    expect(renamed).toEqual({ allowed: false, reason: 'who approved a plan cannot run it' });
    // A namesake is another person.
    expect(decideExecution(approved, { actor: person('cleo', 'Ben'), now: NOW }).allowed).toBe(true);
  });

  it('ends with its approval, and happens once', () => {
    const ada = { actor: person('ada'), now: NOW };
    expect(decideExecution(approved, ada).allowed).toBe(true);
    expect(decideExecution(approved, { ...ada, now: NOW + 31 * MINUTE }).allowed).toBe(false);
    const possible = REMEDIATION_STATUSES.filter((status) => decideExecution({ ...approved, status }, ada).allowed);
    expect(possible).toEqual(['approved']);
  });

  it('can be turned down until it runs', () => {
    const possible = REMEDIATION_STATUSES.filter((status) => decideRejection(state({ status })).allowed);
    expect(possible).toEqual(['proposed', 'approved']);
  });
});
