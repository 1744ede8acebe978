import { causeIs } from '../../../../recordings/expect.ts';
import { editCorefile } from '../../synthetic/kit/dns.ts';
import { addHotel, hotelErrors } from '../hotel.ts';
import { demo } from '../stage.ts';
import { SECOND } from '@headwater/core/time.ts';
import { highErrorRate } from '@headwater/testkit/world/alerts.ts';
import { COREFILE } from '@headwater/testkit/world/kube-system.ts';
import type { Fault } from '../../synthetic/fault.ts';

/** A template in the Corefile answers every name of the cluster with NXDOMAIN. */
export const fault: Fault = {
  code: 'SRG-stale-coredns',
  name: 'the resolver answers NXDOMAIN for the whole cluster',
  lookAlikes: [],
  scenario: {
    slug: 'demo-srg-stale-coredns',
    title: 'Nobody finds anybody',
    families: ['demos'],
    build(scene) {
      const { plan } = demo(scene);
      const hotel = addHotel(plan);
      const at = scene.around('corefile', 12);
      editCorefile(plan, {
        at,
        manager: 'kubectl-client-side-apply',
        text: COREFILE.replace(
          'kubernetes cluster.local',
          'template ANY ANY svc.cluster.local {\n        match ".*\\.svc\\.cluster\\.local\\.?$"\n        rcode NXDOMAIN\n    }\n    kubernetes cluster.local',
        ),
      });
      hotelErrors(plan, hotel.frontend, {
        since: at + 20 * SECOND,
        message:
          'rpc error: code = Unavailable desc = dns resolver: lookup search.hotel-reservation.svc.cluster.local on 10.96.0.10:53: no such host',
      });
      hotelErrors(plan, hotel.search, {
        since: at + 20 * SECOND,
        message: 'dial tcp: lookup geo.hotel-reservation.svc.cluster.local on 10.96.0.10:53: no such host',
      });
      highErrorRate(plan, hotel.frontend, { since: at, percent: 97 });
      return plan;
    },
    expected: () =>
      causeIs({
        causes: [
          { kind: 'ConfigMap', namespace: 'kube-system', name: 'coredns' },
          { kind: 'Deployment', namespace: 'kube-system', name: 'coredns' },
        ],
        category: ['dns-config-wrong'],
        keywords: [['NXDOMAIN', 'template']],
      }),
  },
};
