import { causeIs } from '../../../../recordings/expect.ts';
import { HOTEL, addHotel, hotelErrors } from '../hotel.ts';
import { demo } from '../stage.ts';
import { SECOND } from '@headwater/core/time.ts';
import { highErrorRate } from '@headwater/testkit/world/alerts.ts';
import { made } from '@headwater/testkit/world/metadata.ts';
import { object } from '@headwater/testkit/world/objects.ts';
import type { Fault } from '../../synthetic/fault.ts';

/** A new NetworkPolicy with no rule in either direction selects one service. */
export const fault: Fault = {
  code: 'SRG-network-policy',
  name: 'a policy isolates one service',
  lookAlikes: [],
  scenario: {
    slug: 'demo-srg-network-policy',
    title: 'Requests to one service time out',
    families: ['demos'],
    build(scene) {
      const { plan } = demo(scene);
      const hotel = addHotel(plan);
      const at = scene.around('applied', 12);
      plan.objects.push(
        object(
          scene,
          {
            apiVersion: 'networking.k8s.io/v1',
            kind: 'NetworkPolicy',
            namespace: HOTEL,
            name: 'deny-all-recommendation',
          },
          made(at),
          {
            spec: {
              egress: [],
              ingress: [],
              podSelector: { matchLabels: { 'io.kompose.service': 'recommendation' } },
              policyTypes: ['Ingress', 'Egress'],
            },
          },
        ),
      );
      hotelErrors(plan, hotel.frontend, {
        since: at + 5 * SECOND,
        message:
          'rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing dial tcp 10.96.44.12:8085: i/o timeout" calling recommendation:8085',
      });
      highErrorRate(plan, hotel.frontend, { since: at, percent: 33 });
      return plan;
    },
    expected: () =>
      causeIs({
        causes: [{ kind: 'NetworkPolicy', namespace: 'hotel-reservation', name: 'deny-all-recommendation' }],
        category: ['network-policy-ingress', 'network-policy-egress'],
      }),
  },
};
