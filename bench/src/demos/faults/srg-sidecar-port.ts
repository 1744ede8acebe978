import { causeIs } from '../../../../recordings/expect.ts';
import { addHotel } from '../hotel.ts';
import { demo, patch } from '../stage.ts';
import { podCrashLooping } from '@headwater/testkit/world/alerts.ts';
import { container } from '@headwater/testkit/world/pod-spec.ts';
import { crashLooping } from '@headwater/testkit/world/pod-states/crash.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import type { Fault } from '../../synthetic/fault.ts';

/** A second container listens on the port of the first, which cannot bind it any more. */
export const fault: Fault = {
  code: 'SRG-sidecar-port',
  name: "a sidecar takes the application's port",
  lookAlikes: [],
  scenario: {
    slug: 'demo-srg-sidecar-port',
    title: 'A frontend crash-loops after a container was added',
    families: ['demos'],
    build(scene) {
      const { plan } = demo(scene);
      const { frontend } = addHotel(plan);
      const at = scene.around('applied', 12);
      patch(frontend, {
        at,
        through: true,
        spec: (spec) => {
          spec.containers.push(
            container('sidecar', { image: 'busybox:latest', command: ['sh', '-c', 'exec nc -lk -p 5000'], port: 5000 }),
          );
        },
        state: crashLooping({
          exitCode: 1,
          ran: 2,
          says: [
            '{time} INF cmd/frontend/main.go:24 > Reading config...',
            '{time} FTL cmd/frontend/main.go:70 > Server error: listen tcp :5000: bind: address already in use',
          ],
        }),
      });
      for (const pod of realise(plan, frontend).pods) podCrashLooping(plan, pod, at);
      return plan;
    },
    expected: () =>
      causeIs({
        causes: [{ kind: 'Deployment', namespace: 'hotel-reservation', name: 'frontend' }],
        category: ['port-conflict'],
        keywords: [['5000']],
      }),
  },
};
