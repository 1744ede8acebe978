import { causeIs } from '../../../../recordings/expect.ts';
import { addHotel, hotelErrors } from '../hotel.ts';
import { demo, patch } from '../stage.ts';
import { SECOND } from '@headwater/core/time.ts';
import { highErrorRate } from '@headwater/testkit/world/alerts.ts';
import { mainContainer } from '@headwater/testkit/world/pod-spec.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { clusterAddress } from '@headwater/testkit/world/service.ts';
import type { Fault } from '../../synthetic/fault.ts';

/** The profile service's command is the geo program; nobody listens on its port. */
export const fault: Fault = {
  code: 'SRG-wrong-binary',
  name: "a service runs another's program",
  lookAlikes: [],
  scenario: {
    slug: 'demo-srg-wrong-binary',
    title: 'Calls to one service are refused',
    families: ['demos'],
    build(scene) {
      const { plan } = demo(scene);
      const hotel = addHotel(plan);
      const at = scene.around('applied', 12);
      patch(hotel.profile, {
        at,
        through: true,
        manager: 'kubectl-client-side-apply',
        spec: (spec) => {
          mainContainer(spec).command = ['geo'];
        },
        state: running(),
      });
      hotelErrors(plan, hotel.frontend, {
        since: at + 10 * SECOND,
        message: `rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing dial tcp ${clusterAddress(scene, hotel.profile)}:8081: connect: connection refused"`,
      });
      highErrorRate(plan, hotel.frontend, { since: at, percent: 50 });
      return plan;
    },
    expected: () =>
      causeIs({
        causes: [{ kind: 'Deployment', namespace: 'hotel-reservation', name: 'profile' }],
        category: [
          'version-errors',
          'config-drift',
          'config-changed',
          'target-port-wrong',
          'dependency-failing',
          'command-not-found',
        ],
        keywords: [['command', 'geo']],
      }),
  },
};
