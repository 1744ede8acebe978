import { causeIs } from '../../../../recordings/expect.ts';
import { addHotel, hotelErrors } from '../hotel.ts';
import { demo, everyPod } from '../stage.ts';
import { highErrorRate, podCrashLooping } from '@headwater/testkit/world/alerts.ts';
import { crashLooping } from '@headwater/testkit/world/pod-states/crash.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import type { Fault } from '../../synthetic/fault.ts';

/** The store's administrator lost its roles; its client is turned away and crash-loops. */
export const fault: Fault = {
  code: 'SRG-mongodb-revoked',
  name: "a user's rights were revoked inside the store",
  lookAlikes: [],
  scenario: {
    slug: 'demo-srg-mongodb-revoked',
    title: 'A geo service panics at start',
    families: ['demos'],
    build(scene) {
      const { plan } = demo(scene);
      const hotel = addHotel(plan);
      const at = scene.around('revoked', 12);
      everyPod(
        hotel.geo,
        crashLooping({
          exitCode: 2,
          ran: 1,
          says: [
            '{"level":"info","message":"Generating test data..."}',
            '{"level":"info","message":"Successfully connected to MongoDB"}',
            'panic: (Unauthorized) not authorized on geo-db to execute command { find: "geo", filter: {}, lsid: { id: UUID("7f") }, $db: "geo-db" }',
          ],
        }),
        { created: at },
      );
      hotel.geo.progress = 'complete';
      hotelErrors(plan, hotel.search, {
        since: at,
        message: 'nearby error: rpc error: code = Unavailable desc = no children to pick from (geo:8083)',
      });
      for (const pod of realise(plan, hotel.geo).pods) podCrashLooping(plan, pod, at);
      highErrorRate(plan, hotel.search, { since: at, percent: 88 });
      return plan;
    },
    expected: () =>
      causeIs({
        causes: [
          { kind: 'Deployment', namespace: 'hotel-reservation', name: 'mongodb-geo' },
          { kind: 'Deployment', namespace: 'hotel-reservation', name: 'geo' },
        ],
        category: ['credentials-invalid'],
        keywords: [['not authorized']],
      }),
  },
};
