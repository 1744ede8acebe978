import { expect, it } from 'vitest';
import { type Member, membersSay, namespacesOf } from './members.ts';

function member(alertId: string, more: Partial<Member> = {}): Member {
  return {
    alertId,
    name: `Alert ${alertId}`,
    severity: 'warning',
    namespace: 'shop',
    subject: { kind: 'Pod', namespace: 'shop', name: `pod-${alertId}` },
    startsAt: 10,
    rootKeys: ['Deployment/shop/cart'],
    ...more,
  };
}

it('is named after the gravest alert, of equal ones the first', () => {
  const say = membersSay([
    member('c', { startsAt: 1 }),
    member('b', { severity: 'critical', startsAt: 9, rootKeys: ['Node//worker-1'], namespace: null, subject: null }),
    member('a', { severity: 'critical', startsAt: 9, rootKeys: ['group:x|shop'] }),
  ]);
  expect(say).toEqual({
    lead: { alertId: 'a', name: 'Alert a', namespace: 'shop' },
    subject: { kind: 'Pod', namespace: 'shop', name: 'pod-a' },
    severity: 'critical',
    namespaces: ['shop'],
    startedAt: 1,
  });
});

it('is about the root its alert joined by', () => {
  expect(membersSay([member('a')])?.subject).toEqual({ kind: 'Deployment', namespace: 'shop', name: 'cart' });
});

it('says nothing without alerts', () => {
  expect(membersSay([])).toBeNull();
});

it('names every namespace of alerts and of what they are about', () => {
  const alerts = [
    { namespace: 'monitoring', subject: { kind: 'Pod', namespace: 'shop', name: 'x' } },
    { namespace: null, subject: { kind: 'Node', name: 'n' } },
  ];
  expect(namespacesOf(alerts, ['web'])).toEqual(['monitoring', 'shop', 'web']);
});
