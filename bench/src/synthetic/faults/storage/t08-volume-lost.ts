import { basePlan } from '@headwater/testkit/world/base.ts';
import { about } from '@headwater/testkit/world/controller-events.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { boundClaim } from '@headwater/testkit/world/storage.ts';
import { allPods } from '@headwater/testkit/world/workload.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { lostDatabase } from '../../kit/lost-database.ts';
import { pendingAlerts } from '../../kit/pending.ts';
import { claimPending } from '../../kit/unbound-claim.ts';
import { claimObjectOf, claimOf, removeClaim, volumeOf } from '../../kit/volumes.ts';

export const fault: Fault = {
  code: 'T08',
  name: 'volume lost',
  lookAlikes: ['T01', 'T04', 'T03'],
  scenario: {
    slug: 'synthetic-volume-lost',
    title: 'A database is gone since its pod was made anew',
    families: ['storage'],
    build(scene) {
      const { plan, app } = basePlan(scene, { needs: ['database'] });
      const { database, namespace } = app;
      const at = scene.around('deleted', 26);
      const name = claimOf(database);
      if (scene.repaired) {
        removeClaim(plan, name);
        plan.objects.push(...boundClaim(scene, { namespace, name, size: '20Gi', created: scene.repairedAt }));
        allPods(database, running(), { created: scene.repairedAt + 9_000 });
        return plan;
      }
      const claim = claimObjectOf(plan, name);
      const volume = volumeOf(plan, name);
      plan.objects.splice(plan.objects.indexOf(volume), 1);
      Object.assign(claim, { status: { phase: 'Lost' } });
      plan.events.push({
        about: about(claim),
        type: 'Warning',
        reason: 'ClaimLost',
        message: 'Bound claim has lost its PersistentVolume. Data on the volume is lost!',
        component: 'persistentvolume-controller',
        count: 1,
        first: at - 95_000,
        last: at - 95_000,
      });
      const why = `persistentvolumeclaim "${name}" bound to non-existent persistentvolume "${volume.metadata.name}".`;
      allPods(database, claimPending(plan, why), { created: at });
      pendingAlerts(plan, database, at);
      lostDatabase(plan, app, at);
      return plan;
    },
    expected: (scene) =>
      causeIs({
        causes: [
          { kind: 'PersistentVolumeClaim', namespace: scene.cast.namespace, name: `data-${scene.cast.database}-0` },
          { kind: 'PersistentVolume' },
          { kind: 'StatefulSet', namespace: scene.cast.namespace, name: scene.cast.database },
        ],
        category: ['volume-lost'],
        keywords: [['Lost', 'lost'], [`data-${scene.cast.database}-0`]],
        not: [{ category: 'pvc-missing' }, { category: 'pv-already-bound' }, { kind: 'Deployment' }],
      }),
  },
};
