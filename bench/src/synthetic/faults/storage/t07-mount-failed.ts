import { basePlan } from '@headwater/testkit/world/base.ts';
import { logLine } from '@headwater/testkit/world/log-lines.ts';
import type { Plan, Workload } from '@headwater/testkit/world/plan.ts';
import { container, podSpec } from '@headwater/testkit/world/pod-spec.ts';
import { crashLooping } from '@headwater/testkit/world/pod-states/crash.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { mountFailing } from '@headwater/testkit/world/pod-states/waiting.ts';
import type { Scene } from '@headwater/testkit/world/scene.ts';
import { defaultClass } from '@headwater/testkit/world/storage.ts';
import { addWorkload, allPods } from '@headwater/testkit/world/workload.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { attachment } from '../../kit/attachments.ts';
import { lostDatabase } from '../../kit/lost-database.ts';
import { pendingAlerts } from '../../kit/pending.ts';
import { claimOf, volumeOf } from '../../kit/volumes.ts';

export const fault: Fault = {
  code: 'T07',
  name: 'volume cannot be mounted',
  lookAlikes: ['C01', 'C02', 'T06'],
  scenario: {
    slug: 'synthetic-mount',
    title: 'A database stays in creation after its node was restarted',
    families: ['storage'],
    build(scene) {
      const { plan, app } = basePlan(scene, { needs: ['database'] });
      const { database } = app;
      const at = scene.around('moved', 30);
      const home = plan.nodes.find(({ controlPlane }) => !controlPlane);
      if (!home) return plan;
      const volume = volumeOf(plan, claimOf(database));
      const driver = addDriver(plan);
      plan.objects.push(attachment(scene, { volume, node: home.name, created: at + 4_000, attached: true }));
      if (scene.repaired) {
        allPods(database, running(), { created: scene.repairedAt + 5_000, node: home.name });
        return plan;
      }
      if (driverDown(scene)) {
        const says = [
          'I driver.go: starting CSI driver',
          'F main.go: failed to initialize metadata: could not get instance metadata: context deadline exceeded',
        ];
        const broken = crashLooping({ exitCode: 1, ran: 12, since: at - 20_000, says, container: 'node-driver' });
        driver.pods = plan.nodes.map(({ name }) => ({
          revision: 'current',
          node: name,
          state: name === home.name ? broken : running(),
        }));
      }
      if (!driverDown(scene)) logErrors(plan, driver, { at, home: home.name, handle: handleOf(volume['spec']) });
      allPods(database, mountFailing({ message: messageOf(scene, volume.metadata.name) }), {
        created: at,
        node: home.name,
      });
      pendingAlerts(plan, database, at);
      lostDatabase(plan, app, at);
      return plan;
    },
    expected: (scene) => {
      const { cast } = scene;
      const driver = { kind: 'DaemonSet', namespace: 'kube-system', name: driverName(scene) };
      const storage = [
        { kind: 'PersistentVolume' },
        { kind: 'PersistentVolumeClaim', namespace: cast.namespace, name: `data-${cast.database}-0` },
        { kind: 'StatefulSet', namespace: cast.namespace, name: cast.database },
      ];
      return causeIs({
        causes: driverDown(scene) ? [driver] : [...storage, driver],
        category: ['volume-mount-failed'],
        keywords: [
          ['mount'],
          driverDown(scene)
            ? [defaultClass(scene).provisioner, driverName(scene)]
            : ['rpc error', 'mount failed', 'DeadlineExceeded'],
        ],
        not: [{ category: 'volume-attach-failed' }, { category: 'configmap-missing' }, { category: 'dns-name-wrong' }],
      });
    },
  },
};

function driverDown(scene: Scene): boolean {
  return scene.random.chance('driver-down', 0.45);
}

function driverName(scene: Scene): string {
  const { provisioner } = defaultClass(scene);
  return provisioner === 'driver.longhorn.io' ? 'longhorn-csi-plugin' : `${provisioner.split('.')[0]}-csi-node`;
}

function addDriver(plan: Plan): Workload {
  const { scene } = plan;
  const { provisioner } = defaultClass(scene);
  const node = container('node-driver', {
    image: `registry.example/csi/${driverName(scene)}:v1.44.0`,
    requests: { cpu: '10m', memory: '40Mi' },
  });
  const registrar = container('node-driver-registrar', {
    image: 'registry.k8s.io/sig-storage/csi-node-driver-registrar:v2.13.0',
    args: [
      '--csi-address=/csi/csi.sock',
      `--kubelet-registration-path=/var/lib/kubelet/plugins/${provisioner}/csi.sock`,
    ],
    requests: { cpu: '10m', memory: '20Mi' },
  });
  return addWorkload(plan, 'kube-system', driverName(scene), {
    kind: 'DaemonSet',
    labels: { app: driverName(scene) },
    spec: podSpec([node, registrar], { tolerations: [{ operator: 'Exists' }], hostNetwork: true }),
  });
}

function handleOf(spec: unknown): string {
  return (spec as { csi: { volumeHandle: string } }).csi.volumeHandle;
}

// The driver's own account of each try, as klog prints it.
function logErrors(
  plan: Plan,
  driver: Workload,
  { at, home, handle }: { at: number; home: string; handle: string },
): void {
  const { scene } = plan;
  const error = messageOf(scene, '').replace(/^.*?: (?=rpc error)/s, '');
  driver.pods = plan.nodes.map(({ name }) => ({
    revision: 'current',
    node: name,
    state: running(),
    logs: (pod) => {
      if (name !== home) return [];
      const lines: string[] = [];
      for (let time = at + 9_000; time < pod.to - 3_000; time += 122_000)
        lines.push(
          logLine(scene, pod.name, { time }, `I node.go:127] "NodeStageVolume: called" volumeID="${handle}"`),
          logLine(scene, pod.name, { time: time + 900 }, `E driver.go:107] "GRPC error" err="${error}"`),
        );
      return [{ container: 'node-driver', lines }];
    },
  }));
}

function messageOf(scene: Scene, volume: string): string {
  const { provisioner } = defaultClass(scene);
  if (driverDown(scene))
    return `MountVolume.MountDevice failed for volume "${volume}" : kubernetes.io/csi: attacher.MountDevice failed to create newCsiDriverClient: driver name ${provisioner} not found in the list of registered CSI drivers`;
  return scene.random.pick('mount-error', [
    `MountVolume.MountDevice failed for volume "${volume}" : rpc error: code = DeadlineExceeded desc = context deadline exceeded`,
    `MountVolume.MountDevice failed for volume "${volume}" : rpc error: code = Internal desc = Failed to find device path /dev/xvdba. no device path for device "/dev/xvdba" found`,
    `MountVolume.SetUp failed for volume "${volume}" : rpc error: code = Internal desc = mount failed: exit status 32 Mounting command: mount Output: mount: wrong fs type, bad option, bad superblock on /dev/nvme1n1, missing codepage or helper program, or other error.`,
  ]);
}
