import { highErrorRate, targetDown } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { scaleTo } from '@headwater/testkit/world/workload.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { lookupsFail } from '../../kit/dns.ts';

/** L01: somebody scaled CoreDNS to nothing. */
export const fault: Fault = {
  code: 'L01-scaled',
  name: 'cluster DNS scaled to zero',
  lookAlikes: ['K02', 'L03', 'L04'],
  scenario: {
    slug: 'l01-scaled',
    title: 'Names stopped resolving in every namespace',
    families: ['dns'],
    build(scene) {
      const base = basePlan(scene, { decoy: false });
      const { plan, system } = base;
      const at = scene.around('scaled', 17);
      const count = system.coredns.replicas;
      scaleTo(system.coredns, { from: count, to: 0, at, manager: 'kubectl' });
      if (scene.repaired) {
        scaleTo(system.coredns, { from: 0, to: count, at: scene.repairedAt, manager: 'kubectl' });
      }
      const callers = lookupsFail(
        base,
        at,
        scene.random.pick('failure', ['lookup-timeout', 'lookup-timeout', 'lookup-timeout']),
      );
      for (const caller of callers.slice(0, scene.random.int('alerted', 1, 3)))
        highErrorRate(plan, caller, { since: at, percent: 93 });
      if (scene.random.chance('target', 0.5)) targetDown(plan, { namespace: 'kube-system', name: 'kube-dns' }, at);
      return plan;
    },
    expected: () =>
      causeIs({
        causes: [
          { kind: 'Deployment', namespace: 'kube-system', name: 'coredns' },
          { kind: 'Service', namespace: 'kube-system', name: 'kube-dns' },
        ],
        category: ['dns-down', 'zero-replicas'],
        keywords: [
          ['coredns', 'kube-dns'],
          ['0', 'zero', 'no '],
        ],
        not: [
          { category: 'dns-name-wrong' },
          { category: 'network-policy-egress' },
          { category: 'dependency-failing' },
        ],
      }),
  },
};
