import type { Millis } from '@headwater/core/time.ts';
import type { Json, KubeJson } from './json.ts';
import { object } from './objects.ts';
import type { Plan } from './plan.ts';
import { daysBefore, type Scene } from './scene.ts';

/** The name and driver of the cluster's default class. */
export function defaultClass(scene: Scene): { name: string; provisioner: string } {
  return scene.random.pick('storage-class', [
    { name: 'gp3', provisioner: 'ebs.csi.aws.com' },
    { name: 'standard-rwo', provisioner: 'pd.csi.storage.gke.io' },
    { name: 'managed-csi', provisioner: 'disk.csi.azure.com' },
    { name: 'longhorn', provisioner: 'driver.longhorn.io' },
  ]);
}

/** The StorageClass objects of the cluster. */
export function storageClasses(scene: Scene): KubeJson[] {
  const { name, provisioner } = defaultClass(scene);
  const created = daysBefore(scene, 260);
  const make = (className: string, fields: { annotations?: Record<string, string>; expand: boolean }): KubeJson =>
    object(
      scene,
      { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', name: className },
      { created, annotations: fields.annotations },
      {
        allowVolumeExpansion: fields.expand,
        provisioner,
        reclaimPolicy: 'Delete',
        volumeBindingMode: 'WaitForFirstConsumer',
      },
    );
  return [
    make(name, { annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' }, expand: true }),
    make(`${name}-retain`, { expand: false }),
  ];
}

export interface ClaimOptions {
  readonly namespace: string;
  readonly name: string;
  readonly size: string;
  readonly created: Millis;
  readonly className?: string | undefined;
  readonly labels?: Record<string, string>;
  readonly accessModes?: readonly string[];
  readonly selector?: Json;
  readonly zone?: string;
}

/** A claim that found its volume. */
export function boundClaim(scene: Scene, options: ClaimOptions): KubeJson[] {
  const { namespace, name, size, created } = options;
  const claim = claimObject(scene, options, { bound: true });
  const volume = `pvc-${claim.metadata.uid}`;
  const modes = options.accessModes ?? ['ReadWriteOnce'];
  const { name: className, provisioner } = defaultClass(scene);
  const pv = object(
    scene,
    { apiVersion: 'v1', kind: 'PersistentVolume', name: volume },
    {
      created: created + 8_000,
      annotations: { 'pv.kubernetes.io/provisioned-by': provisioner },
      finalizers: ['kubernetes.io/pv-protection'],
    },
    {
      spec: {
        accessModes: modes,
        capacity: { storage: size },
        claimRef: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', name, namespace, uid: claim.metadata.uid },
        csi: { driver: provisioner, fsType: 'ext4', volumeHandle: `vol-${scene.random.hex(`volume/${volume}`, 17)}` },
        nodeAffinity: options.zone
          ? {
              required: {
                nodeSelectorTerms: [
                  {
                    matchExpressions: [{ key: 'topology.kubernetes.io/zone', operator: 'In', values: [options.zone] }],
                  },
                ],
              },
            }
          : undefined,
        persistentVolumeReclaimPolicy: 'Delete',
        storageClassName: options.className ?? className,
        volumeMode: 'Filesystem',
      },
      status: { phase: 'Bound' },
    },
  );
  return [claim, pv];
}

/** A claim that is still looking. */
export function pendingClaim(scene: Scene, options: ClaimOptions): KubeJson {
  return claimObject(scene, options, { bound: false });
}

function claimObject(scene: Scene, options: ClaimOptions, { bound }: { bound: boolean }): KubeJson {
  const { namespace, name, size, created } = options;
  const identity = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace, name };
  const { name: defaultName, provisioner } = defaultClass(scene);
  const modes = options.accessModes ?? ['ReadWriteOnce'];
  const claim = object(
    scene,
    identity,
    {
      created,
      labels: options.labels,
      finalizers: ['kubernetes.io/pvc-protection'],
      annotations: bound
        ? { 'pv.kubernetes.io/bind-completed': 'yes', 'volume.kubernetes.io/storage-provisioner': provisioner }
        : undefined,
    },
    {},
  );
  return {
    ...claim,
    spec: {
      accessModes: modes,
      resources: { requests: { storage: size } },
      selector: options.selector,
      storageClassName: options.className ?? defaultName,
      volumeMode: 'Filesystem',
      volumeName: bound ? `pvc-${claim.metadata.uid}` : undefined,
    },
    status: bound ? { accessModes: modes, capacity: { storage: size }, phase: 'Bound' } : { phase: 'Pending' },
  };
}

/** The claim templates of a StatefulSet, and the bound claims of its replicas. */
export function claimTemplate(
  plan: Plan,
  options: { readonly name: string; readonly size: string; readonly className?: string },
): Json[] {
  return [
    {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { creationTimestamp: null, name: options.name },
      spec: {
        accessModes: ['ReadWriteOnce'],
        resources: { requests: { storage: options.size } },
        storageClassName: options.className ?? defaultClass(plan.scene).name,
        volumeMode: 'Filesystem',
      },
      status: { phase: 'Pending' },
    },
  ];
}
