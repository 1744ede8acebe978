import { fixtureInput } from '@headwater/testkit/fixture-snapshot.ts';
import { describe, expect, it } from 'vitest';
import { buildSnapshot } from '../../snapshot/snapshot.ts';
import { citeDriver, driverOf, driverPodOn, idleDriverPod } from './csi-drivers.ts';

const DRIVER = 'ebs.csi.example.com';

const claim = {
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name: 'data', namespace: 'shop' },
  spec: { volumeName: 'pv-1' },
};

function volume(source: object) {
  return { apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name: 'pv-1' }, spec: source };
}

function nodePod(name: string, node: string, { ready = true, owner = 'DaemonSet', words = '' } = {}) {
  const path = words || `--kubelet-registration-path=/var/lib/kubelet/plugins/${DRIVER}/csi.sock`;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: 'kube-system',
      ownerReferences: [{ apiVersion: 'apps/v1', kind: owner, name: 'csi', controller: true }],
    },
    spec: { nodeName: node, containers: [{ name: 'registrar', args: [path] }] },
    status: { phase: 'Running', conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] },
  };
}

function worldOf(...objects: object[]) {
  return buildSnapshot(fixtureInput({ objects }));
}

describe('driverOf', () => {
  it('follows the claim to its volume', () => {
    const world = worldOf(claim, volume({ csi: { driver: DRIVER } }));
    expect(driverOf(world, 'shop', 'data')).toBe(DRIVER);
    expect(citeDriver(world, 'shop', 'data').map(({ text }) => text)).toEqual([
      `PersistentVolume pv-1: spec.csi.driver = ${DRIVER}`,
    ]);
  });

  it('knows none of another type of volume, of an unbound claim, or of a volume nobody read', () => {
    expect(driverOf(worldOf(claim, volume({ nfs: { server: 'nfs' } })), 'shop', 'data')).toBeUndefined();
    expect(driverOf(worldOf({ ...claim, spec: {} }), 'shop', 'data')).toBeUndefined();
    expect(driverOf(worldOf(claim), 'shop', 'data')).toBeUndefined();
    expect(citeDriver(worldOf(claim), 'shop', 'data')).toEqual([]);
  });
});

describe('the Pods of a driver', () => {
  it('are told by the socket they register', () => {
    const world = worldOf(nodePod('csi-a', 'n1'), nodePod('csi-b', 'n2'));
    expect(driverPodOn(world, DRIVER, 'n2')?.metadata.name).toBe('csi-b');
    expect(driverPodOn(world, 'other.example.com', 'n2')).toBeUndefined();
    expect(driverPodOn(world, DRIVER, 'n3')).toBeUndefined();
  });

  it('are read from a separate argument as well', () => {
    const words = `--kubelet-registration-path /var/lib/kubelet/plugins/${DRIVER}/csi.sock`;
    expect(driverPodOn(worldOf(nodePod('csi-a', 'n1', { words })), DRIVER, 'n1')?.metadata.name).toBe('csi-a');
  });

  it('belong to a DaemonSet', () => {
    expect(driverPodOn(worldOf(nodePod('csi-a', 'n1', { owner: 'StatefulSet' })), DRIVER, 'n1')).toBeUndefined();
  });
});

describe('idleDriverPod', () => {
  it('is the one that is not ready on the Node', () => {
    const world = worldOf(nodePod('csi-a', 'n1', { ready: false }), nodePod('csi-b', 'n2'));
    expect(idleDriverPod(world, DRIVER, 'n1')?.metadata.name).toBe('csi-a');
    expect(idleDriverPod(world, DRIVER, 'n2')).toBeUndefined();
  });

  it('is one of another Node where the driver does not run at all', () => {
    expect(idleDriverPod(worldOf(nodePod('csi-b', 'n2')), DRIVER, 'n1')?.metadata.name).toBe('csi-b');
    expect(idleDriverPod(worldOf(), DRIVER, 'n1')).toBeUndefined();
  });

  it('is none while another copy serves the Node', () => {
    const world = worldOf(nodePod('csi-a', 'n1', { ready: false }), nodePod('csi-c', 'n1'));
    expect(idleDriverPod(world, DRIVER, 'n1')).toBeUndefined();
  });
});
