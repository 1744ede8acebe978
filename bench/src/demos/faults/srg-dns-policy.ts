import { causeIs } from '../../../../recordings/expect.ts';
import { addHotel, hotelErrors } from '../hotel.ts';
import { demo, patch } from '../stage.ts';
import { SECOND } from '@headwater/core/time.ts';
import { highErrorRate } from '@headwater/testkit/world/alerts.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import type { Fault } from '../../synthetic/fault.ts';

/** The template's dnsPolicy is None with a public nameserver; names of the cluster do not resolve there. */
export const fault: Fault = {
  code: 'SRG-dns-policy',
  name: 'a service asks a public resolver',
  lookAlikes: [],
  scenario: {
    slug: 'demo-srg-dns-policy',
    title: 'One service finds nobody',
    families: ['demos'],
    build(scene) {
      const { plan } = demo(scene);
      const hotel = addHotel(plan);
      const at = scene.around('patched', 12);
      patch(hotel.profile, {
        at,
        through: true,
        spec: (spec) => {
          spec['dnsPolicy'] = 'None';
          spec['dnsConfig'] = { nameservers: ['8.8.8.8'], searches: [] };
        },
        state: running(),
      });
      hotelErrors(plan, hotel.profile, {
        since: at + 20 * SECOND,
        message: 'dial tcp: lookup mongodb-profile on 8.8.8.8:53: no such host',
      });
      highErrorRate(plan, hotel.frontend, { since: at, percent: 74 });
      return plan;
    },
    expected: () =>
      causeIs({
        causes: [{ kind: 'Deployment', namespace: 'hotel-reservation', name: 'profile' }],
        category: ['dns-name-wrong'],
        keywords: [['dnsPolicy', '8.8.8.8', 'nameserver']],
      }),
  },
};
