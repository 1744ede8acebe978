import { causeIs } from '../../../../recordings/expect.ts';
import { HOTEL, addHotel } from '../hotel.ts';
import { demo, everyPod, part } from '../stage.ts';
import { podCrashLooping } from '@headwater/testkit/world/alerts.ts';
import { crashLooping } from '@headwater/testkit/world/pod-states/crash.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import type { Fault } from '../../synthetic/fault.ts';

/** A worker writes 128 MiB to the 64 MiB that every container has at /dev/shm. */
export const fault: Fault = {
  code: 'SRG-dev-shm',
  name: 'more scratch than shared memory holds',
  lookAlikes: [],
  scenario: {
    slug: 'demo-srg-dev-shm',
    title: 'A worker crash-loops beside an empty disk',
    families: ['demos'],
    build(scene) {
      const { plan } = demo(scene);
      addHotel(plan);
      const at = scene.around('made', 11);
      const worker = part(plan, HOTEL, 'media-processor', {
        image: 'busybox:1.36',
        container: 'worker',
        command: ['sh', '-c', 'dd if=/dev/zero of=/dev/shm/scratch bs=1M count=128 && tail -f /dev/null'],
      });
      everyPod(
        worker,
        crashLooping({
          exitCode: 1,
          ran: 1,
          says: [
            "dd: error writing '/dev/shm/scratch': No space left on device",
            '65+0 records in',
            '64+0 records out',
          ],
        }),
        { created: at },
      );
      worker.progress = 'progressing';
      for (const pod of realise(plan, worker).pods) podCrashLooping(plan, pod, at);
      return plan;
    },
    expected: () =>
      causeIs({
        causes: [{ kind: 'Deployment', namespace: 'hotel-reservation', name: 'media-processor' }],
        category: ['resource-exhausted-in-process'],
        keywords: [['/dev/shm']],
      }),
  },
};
