import { MINUTE } from '@headwater/core/time.ts';
import type { Application } from '@headwater/testkit/world/application.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import type { Plan } from '@headwater/testkit/world/plan.ts';
import { mainContainer, splitImage } from '@headwater/testkit/world/pod-spec.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { daysBefore, type Scene } from '@headwater/testkit/world/scene.ts';
import { boundClaim } from '@headwater/testkit/world/storage.ts';
import { allPods, rollBack, rollOut } from '@headwater/testkit/world/workload.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { attachFailing, attachment } from '../../kit/attachments.ts';
import { lostDatabase } from '../../kit/lost-database.ts';
import { pendingAlerts } from '../../kit/pending.ts';
import { claimOf, volumeOf } from '../../kit/volumes.ts';

export const fault: Fault = {
  code: 'T06',
  name: 'volume cannot be attached',
  lookAlikes: ['N13', 'T07', 'S12'],
  scenario: {
    slug: 'synthetic-attach',
    title: 'A pod has been creating its container for half an hour',
    families: ['storage'],
    build(scene) {
      const { plan, app } = basePlan(scene, { needs: ['database'] });
      if (wayOf(scene) === 'two-pods') twoPods(plan, app);
      else movedDatabase(plan, app);
      return plan;
    },
    expected: (scene) => {
      const { cast } = scene;
      const two = wayOf(scene) === 'two-pods';
      const claim = two ? `${cast.extra}-data` : `data-${cast.database}-0`;
      return causeIs({
        causes: [
          { kind: 'PersistentVolumeClaim', namespace: cast.namespace, name: claim },
          { kind: 'PersistentVolume' },
          { kind: 'VolumeAttachment' },
          two
            ? { kind: 'Deployment', namespace: cast.namespace, name: cast.extra }
            : { kind: 'StatefulSet', namespace: cast.namespace, name: cast.database },
        ],
        category: ['volume-attach-failed'],
        keywords: [['attach'], [claim, 'Multi-Attach', 'attach volume']],
        not: [{ kind: 'Node' }, { category: 'volume-mount-failed' }, { category: 'dns-name-wrong' }],
      });
    },
  },
};

function wayOf(scene: Scene): 'two-pods' | 'stale' | 'cloud' {
  return scene.random.pick('way', ['two-pods', 'stale', 'cloud'] as const);
}

// A rolling update starts the new pod on another node before the old one lets go of the volume.
function twoPods(plan: Plan, { extra, namespace }: Application): void {
  const { scene } = plan;
  const name = `${extra.name}-data`;
  const at = scene.around('rollout', 34);
  plan.objects.push(...boundClaim(scene, { namespace, name, size: '10Gi', created: daysBefore(scene, 20) }));
  extra.spec = structuredClone(extra.spec);
  extra.spec.volumes = [{ name: 'data', persistentVolumeClaim: { claimName: name } }];
  mainContainer(extra.spec).volumeMounts = [{ mountPath: '/data', name: 'data' }];
  rollOut(extra, {
    at,
    spec: (spec) => {
      const main = mainContainer(spec);
      main.image = `${splitImage(main.image).name}:v3.${scene.random.int('new-tag', 0, 9)}.1`;
    },
  });
  const [home, next] = plan.nodes.filter(({ controlPlane }) => !controlPlane);
  const volume = volumeOf(plan, name);
  if (!home || !next) return;
  plan.objects.push(attachment(scene, { volume, node: home.name, created: daysBefore(scene, 9), attached: true }));
  if (scene.repaired) {
    rollBack(extra, scene.repairedAt);
    allPods(extra, running(), { survivor: true, node: home.name });
    return;
  }
  extra.pods = [{ revision: 'previous', state: running(), node: home.name }];
  const holder = `${extra.name}-`;
  extra.pods.push({
    revision: 'current',
    node: next.name,
    state: attachFailing(
      `Multi-Attach error for volume "${volume.metadata.name}" Volume is already used by pod(s) ${holder}${scene.random.suffix('holder', 10)}-${scene.random.suffix('holder-pod', 5)}`,
    ),
  });
  pendingAlerts(plan, extra, at);
}

// The database's pod was made anew on another node, and its disk did not follow.
function movedDatabase(plan: Plan, app: Application): void {
  const { scene } = plan;
  const { database } = app;
  const at = scene.around('moved', 27);
  const volume = volumeOf(plan, claimOf(database));
  const home = plan.nodes.find(({ controlPlane }) => !controlPlane);
  if (!home) return;
  const own = { volume, node: home.name, created: (scene.repaired ? scene.repairedAt : at) + 2_000 };
  if (scene.repaired) {
    plan.objects.push(attachment(scene, { ...own, attached: true }));
    allPods(database, running(), { created: scene.repairedAt + MINUTE, node: home.name });
    return;
  }
  const stale = wayOf(scene) === 'stale';
  const handle = (volume['spec'] as { csi: { volumeHandle: string } }).csi.volumeHandle;
  const error = scene.random.pick('attach-error', [
    `rpc error: code = Internal desc = Could not attach volume "${handle}" to node "${home.name}": attachment of disk "${handle}" failed, expected device to be attached but was attaching`,
    `rpc error: code = Internal desc = Could not attach volume "${handle}" to node "${home.name}": operation error: IncorrectState, ${handle} is not 'available'`,
    `rpc error: code = ResourceExhausted desc = Max number of attached volumes to node "${home.name}" reached`,
  ]);
  plan.objects.push(
    stale
      ? attachment(scene, { volume, node: 'storage-worker-9', created: daysBefore(scene, 12), attached: true })
      : attachment(scene, { ...own, attached: false, error }),
  );
  const message = stale
    ? `Multi-Attach error for volume "${volume.metadata.name}" Volume is already exclusively attached to one node and can't be attached to another`
    : `AttachVolume.Attach failed for volume "${volume.metadata.name}" : ${error}`;
  allPods(database, attachFailing(message), { created: at, node: home.name });
  realise(plan, database);
  pendingAlerts(plan, database, at);
  lostDatabase(plan, app, at);
}
