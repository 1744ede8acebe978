import { SECOND } from '@headwater/core/time.ts';
import {
  deploymentReplicasMismatch,
  highErrorRate,
  podCrashLooping,
  targetDown,
} from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { crashLooping } from '@headwater/testkit/world/pod-states/crash.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import { allPods } from '@headwater/testkit/world/workload.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { lookupsFail } from '../../kit/dns.ts';

/** L01: CoreDNS dies at every start: it forwards to itself, or its API access is refused. */
export const fault: Fault = {
  code: 'L01-crash',
  name: 'cluster DNS crashing',
  lookAlikes: ['L02', 'K02', 'L03'],
  scenario: {
    slug: 'l01-crash',
    title: 'Names stopped resolving in every namespace',
    families: ['dns'],
    build(scene) {
      const base = basePlan(scene);
      const { plan, system } = base;
      const at = scene.around('died', 21);
      const loop = scene.random.int('loop', 1_000_000_000, 8_999_999_999);
      const says = scene.random.pick('death', [
        [
          '.:53',
          '[INFO] plugin/reload: Running configuration SHA512 = 591cf328cccc12bc490481273e738df59329c62c0b729d94e8b61db9961c2fa5f046dd37f1cf888b953814040d180f52594972691cd6ff41be96639138a43908',
          'CoreDNS-1.12.0',
          `[FATAL] plugin/loop: Loop (127.0.0.1:41292 -> :53) detected for zone ".", see https://coredns.io/plugins/loop#troubleshooting. Query: "HINFO ${loop}.6305861417.""`,
        ],
        ['Listen: listen tcp :53: bind: permission denied'],
        [
          '[INFO] SIGTERM: Shutting down servers then terminating',
          'panic: runtime error: invalid memory address or nil pointer dereference',
          '[signal SIGSEGV: segmentation violation code=0x1 addr=0x18 pc=0x1c8a3b4]',
        ],
      ]);
      const callers = lookupsFail(base, at + 12 * SECOND, 'lookup-timeout');
      for (const caller of callers.slice(0, scene.random.int('alerted', 1, 3)))
        highErrorRate(plan, caller, { since: at, percent: 91 });
      if (scene.repaired) {
        allPods(system.coredns, running(), { created: scene.repairedAt + 6_000 });
        return plan;
      }
      allPods(system.coredns, crashLooping({ exitCode: 1, ran: 2, since: at, says }));
      const crashing = scene.random.chance('crash-alert', 0.6);
      for (const pod of realise(plan, system.coredns).pods) if (crashing) podCrashLooping(plan, pod, at);
      deploymentReplicasMismatch(plan, system.coredns, at);
      targetDown(plan, { namespace: 'kube-system', name: 'kube-dns' }, at);
      return plan;
    },
    expected: () =>
      causeIs({
        causes: [{ kind: 'Deployment', namespace: 'kube-system', name: 'coredns' }],
        category: ['dns-down', 'dns-config-wrong'],
        keywords: [['Loop', 'permission denied', 'nil pointer', 'segmentation']],
        not: [{ category: 'dns-name-wrong' }, { category: 'network-policy-egress' }],
      }),
  },
};
