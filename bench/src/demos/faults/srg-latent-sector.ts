import { causeIs } from '../../../../recordings/expect.ts';
import { nodeEvent, workersOf } from '../../synthetic/kit/nodes.ts';
import { addHotel } from '../hotel.ts';
import { demo, everyPod } from '../stage.ts';
import { podCrashLooping } from '@headwater/testkit/world/alerts.ts';
import { crashLooping } from '@headwater/testkit/world/pod-states/crash.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import type { Fault } from '../../synthetic/fault.ts';

/** Reads below a store return input/output errors; its kernel logs them, its process dies. */
export const fault: Fault = {
  code: 'SRG-latent-sector',
  name: 'reads of a disk fail',
  lookAlikes: [],
  scenario: {
    slug: 'demo-srg-latent-sector',
    title: 'A document store dies while it reads',
    families: ['demos'],
    build(scene) {
      const { plan } = demo(scene);
      const hotel = addHotel(plan);
      const { bad } = workersOf(plan);
      const at = scene.around('sector', 12);
      const store = hotel['mongodb-geo'];
      everyPod(
        store,
        crashLooping({
          exitCode: 14,
          ran: 5,
          since: at,
          says: [
            '{"t":{"$date":"2026-02-02T10:00:00.000+00:00"},"s":"E","c":"STORAGE","id":22435,"ctx":"conn12","msg":"WiredTiger error","attr":{"error":5,"message":"[1770026400:120][1:0x7f] file:collection-7.wt, WT_CURSOR.search: __posix_file_read, 428: /data/db/collection-7.wt: handle-read: pread: failed to read 4096 bytes at offset 28672: Input/output error"}}',
            '{"t":{"$date":"2026-02-02T10:00:00.010+00:00"},"s":"F","c":"-","id":23089,"ctx":"conn12","msg":"Fatal assertion","attr":{"msgid":50853,"file":"src/mongo/db/storage/wiredtiger/wiredtiger_util.cpp"}}',
          ],
        }),
        { node: bad.name },
      );
      store.progress = 'complete';
      nodeEvent(plan, bad, {
        reason: 'IOError',
        component: 'kernel-monitor',
        message:
          'blk_update_request: I/O error, dev vda, sector 21430816 op 0x0:(READ) flags 0x80700 phys_seg 4 prio class 0',
        first: at,
        last: scene.before(1),
        count: 17,
      });
      for (const pod of realise(plan, store).pods) podCrashLooping(plan, pod, at);
      return plan;
    },
    expected: () =>
      causeIs({
        causes: [{ kind: 'Node' }, { kind: 'Deployment', namespace: 'hotel-reservation', name: 'mongodb-geo' }],
        category: ['node-hardware', 'data-corrupted', 'app-crash'],
        keywords: [['Input/output error', 'I/O error']],
      }),
  },
};
