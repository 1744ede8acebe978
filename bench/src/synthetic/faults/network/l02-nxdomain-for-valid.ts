import { MINUTE, SECOND } from '@headwater/core/time.ts';
import { highErrorRate } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { COREFILE } from '@headwater/testkit/world/kube-system.ts';
import { addMetrics, counter, during, steady } from '@headwater/testkit/world/metrics.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { editCorefile, lookupsFail } from '../../kit/dns.ts';

/** L02: an edit of the Corefile makes CoreDNS say that names do not exist which do. */
export const fault: Fault = {
  code: 'L02-nxdomain',
  name: 'Corefile answers NXDOMAIN for valid names',
  lookAlikes: ['V06', 'L01', 'L03'],
  scenario: {
    slug: 'l02-nxdomain',
    title: 'Names of existing services are unknown in every namespace',
    families: ['dns', 'config'],
    build(scene) {
      const base = basePlan(scene);
      const { plan, app, system } = base;
      const editedAt = scene.around('edit', 22);
      // CoreDNS' reload plugin looks every 30 s, and answers are cached for as long.
      const at = editedAt + MINUTE;
      const zone = app.namespace;
      const broken = scene.random.pick('edit-kind', [
        COREFILE.replace(
          '    kubernetes cluster.local',
          `    template IN A svc.cluster.local {\n       rcode NXDOMAIN\n    }\n    kubernetes cluster.local`,
        ),
        COREFILE.replace('kubernetes cluster.local', 'kubernetes cluster.internal'),
        COREFILE.replace(
          '    ready\n',
          `    ready\n    rewrite name regex (.*)\\.svc\\.cluster\\.local {1}.${zone}.example answer auto\n`,
        ),
      ]);
      editCorefile(plan, scene.repaired ? { at: scene.repairedAt, text: COREFILE } : { at: editedAt, text: broken });
      const callers = lookupsFail(base, at, 'no-such-host');
      for (const pod of realise(plan, system.coredns).pods)
        for (const [rcode, normal, faulty] of [
          ['NOERROR', 90, 12],
          ['NXDOMAIN', 8, 96],
        ] as const)
          addMetrics(
            plan,
            counter(
              scene,
              'coredns_dns_responses_total',
              {
                job: 'coredns',
                namespace: 'kube-system',
                pod: pod.name,
                plugin: 'kubernetes',
                rcode,
                server: 'dns://:53',
                view: '',
                zone: '.',
              },
              {
                rate: during(scene, at, { normal: steady(scene, rcode, normal), faulty: steady(scene, rcode, faulty) }),
              },
            ),
          );
      for (const caller of callers.slice(0, scene.random.int('alerted', 1, 3)))
        highErrorRate(plan, caller, { since: at + 5 * SECOND, percent: 88 });
      return plan;
    },
    expected: () =>
      causeIs({
        causes: [{ kind: 'ConfigMap', namespace: 'kube-system', name: 'coredns' }],
        category: ['dns-config-wrong'],
        keywords: [['template', 'cluster.internal', 'rewrite', 'cluster.local']],
        not: [
          { kind: 'Deployment' },
          { category: 'dns-name-wrong' },
          { category: 'service-missing' },
          { category: 'dependency-address-wrong' },
        ],
      }),
  },
};
