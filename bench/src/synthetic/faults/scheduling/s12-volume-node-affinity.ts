import { basePlan } from '@headwater/testkit/world/base.ts';
import type { Json } from '@headwater/testkit/world/json.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import type { Scene } from '@headwater/testkit/world/scene.ts';
import { unschedulableOn } from '@headwater/testkit/world/scheduling.ts';
import { allPods } from '@headwater/testkit/world/workload.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { lostDatabase } from '../../kit/lost-database.ts';
import { pendingAlerts } from '../../kit/pending.ts';
import { claimOf, volumeOf } from '../../kit/volumes.ts';

export const fault: Fault = {
  code: 'S12',
  name: 'volume node affinity conflict',
  lookAlikes: ['S04', 'S03', 'T06', 'L03'],
  scenario: {
    slug: 'synthetic-volume-zone',
    title: 'A database does not come back after the nodes were replaced',
    families: ['scheduling', 'storage'],
    build(scene) {
      const { plan, app } = basePlan(scene, { needs: ['database'] });
      const { database } = app;
      const { key, value } = homeOf(scene);
      for (const node of plan.nodes)
        if (node.labels['topology.kubernetes.io/zone'] === 'eu-west-1a')
          node.labels['topology.kubernetes.io/zone'] = 'eu-west-1b';
      if (scene.repaired) {
        const back = plan.nodes.find(({ controlPlane }) => !controlPlane);
        if (back) back.labels[key] = value;
        bind(volumeOf(plan, claimOf(database)), key, value);
        allPods(database, running(), { created: scene.repairedAt + 9_000, node: back?.name });
        return plan;
      }
      bind(volumeOf(plan, claimOf(database)), key, value);
      const at = scene.around('replaced', 29);
      const words =
        scene.cluster.version >= 'v1.34'
          ? "node(s) didn't match PersistentVolume's node affinity"
          : 'node(s) had volume node affinity conflict';
      allPods(
        database,
        unschedulableOn(plan, () => ({ words, preemptable: false })),
        { created: at },
      );
      pendingAlerts(plan, database, at);
      lostDatabase(plan, app, at);
      return plan;
    },
    expected: (scene) =>
      causeIs({
        causes: [
          { kind: 'PersistentVolume' },
          { kind: 'PersistentVolumeClaim', namespace: scene.cast.namespace, name: `data-${scene.cast.database}-0` },
          { kind: 'StatefulSet', namespace: scene.cast.namespace, name: scene.cast.database },
        ],
        category: ['volume-node-affinity'],
        keywords: [[homeOf(scene).value], ['affinity']],
        not: [{ category: 'node-affinity-mismatch' }, { category: 'dns-name-wrong' }, { kind: 'Deployment' }],
      }),
  },
};

// A disk of a zone no node is in any more, or a disk inside a machine that is gone.
function homeOf(scene: Scene): { key: string; value: string } {
  return scene.random.pick('home', [
    { key: 'topology.kubernetes.io/zone', value: 'eu-west-1a' },
    { key: 'topology.kubernetes.io/zone', value: 'eu-west-1d' },
    { key: 'kubernetes.io/hostname', value: 'storage-node-2' },
  ]);
}

function bind(volume: Json, key: string, value: string): void {
  Object.assign(volume['spec'] as Json, {
    nodeAffinity: {
      required: { nodeSelectorTerms: [{ matchExpressions: [{ key, operator: 'In', values: [value] }] }] },
    },
  });
}
