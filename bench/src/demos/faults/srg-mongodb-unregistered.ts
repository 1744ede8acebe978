import { causeIs } from '../../../../recordings/expect.ts';
import { addHotel } from '../hotel.ts';
import { demo, everyPod, says } from '../stage.ts';
import { podCrashLooping } from '@headwater/testkit/world/alerts.ts';
import { crashLooping } from '@headwater/testkit/world/pod-states/crash.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import type { Fault } from '../../synthetic/fault.ts';

/** The store's user was dropped; the client's login fails and it crash-loops. */
export const fault: Fault = {
  code: 'SRG-mongodb-unregistered',
  name: 'the user does not exist in the store',
  lookAlikes: [],
  scenario: {
    slug: 'demo-srg-mongodb-unregistered',
    title: 'A rate service panics at start',
    families: ['demos'],
    build(scene) {
      const { plan } = demo(scene);
      const hotel = addHotel(plan);
      const at = scene.around('dropped', 12);
      everyPod(
        hotel.rate,
        crashLooping({
          exitCode: 2,
          ran: 1,
          says: [
            '{"level":"info","message":"Initializing DB connection..."}',
            'panic: connection() error occurred during connection handshake: auth error: sasl conversation error: unable to authenticate using mechanism "SCRAM-SHA-256": (AuthenticationFailed) Authentication failed.',
          ],
        }),
        { created: at },
      );
      hotel.rate.progress = 'complete';
      says(plan, hotel['mongodb-rate'], {
        since: at,
        every: 20,
        line: (time) =>
          `{"t":{"$date":"${new Date(time).toISOString()}"},"s":"I","c":"ACCESS","id":20249,"ctx":"conn${time % 900}","msg":"Authentication failed","attr":{"mechanism":"SCRAM-SHA-256","principalName":"admin","authenticationDatabase":"admin","error":"UserNotFound: Could not find user \\"admin\\" for db \\"admin\\""}}`,
      });
      for (const pod of realise(plan, hotel.rate).pods) podCrashLooping(plan, pod, at);
      return plan;
    },
    expected: () =>
      causeIs({
        causes: [
          { kind: 'Deployment', namespace: 'hotel-reservation', name: 'mongodb-rate' },
          { kind: 'Deployment', namespace: 'hotel-reservation', name: 'rate' },
        ],
        category: ['credentials-invalid'],
      }),
  },
};
