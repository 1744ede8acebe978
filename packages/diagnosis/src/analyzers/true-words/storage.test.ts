import { testTrueTexts, type TrueText, trueText } from '@headwater/testkit/true-words.ts';
import { claim, creating, type Fields, unscheduled } from '@headwater/testkit/true-worlds.ts';

const DATA = 'PersistentVolumeClaim/shop/data';

const volumes = (name = 'data', claimName = 'data'): Fields => ({
  containers: [{ name: 'web', image: 'registry.example.com/web:1', volumeMounts: [{ name, mountPath: '/data' }] }],
  volumes: [{ name, persistentVolumeClaim: { claimName } }],
});

const bound: Fields = {
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name: 'data', namespace: 'shop' },
  spec: { accessModes: ['ReadWriteOnce'], volumeName: 'pv-data', resources: { requests: { storage: '5Gi' } } },
  status: { phase: 'Bound' },
};

const attach = (message: string): TrueText['world'] => creating('FailedAttachVolume', message, volumes(), [bound]);
const mount = (message: string): TrueText['world'] => creating('FailedMount', message, volumes(), [bound]);

testTrueTexts('storage', [
  trueText(
    'T01',
    'solarhess/kubernetes-minecraft-server#3',
    'pvc-missing',
    unscheduled(
      '0/1 nodes are available: 1 persistentvolumeclaim "minecraft-data-pvc" not found.',
      volumes('data', 'minecraft-data-pvc'),
    ),
  ),
  trueText(
    'T01',
    'kubeflow/community-distribution#1956',
    'pvc-missing',
    unscheduled(
      '0/3 nodes are available: 3 persistentvolumeclaim "authservice-pvc" not found.',
      volumes('data', 'authservice-pvc'),
    ),
  ),
  trueText(
    'T02',
    'ethersphere/helm#143',
    'storageclass-missing',
    claim('ProvisioningFailed', 'storageclass.storage.k8s.io "swarm-storage" not found', {
      storageClassName: 'swarm-storage',
    }),
    DATA,
  ),
  trueText(
    'T02',
    'ZP-AlwaysWin/K8S-FastDFS#6',
    'storageclass-missing',
    claim('ProvisioningFailed', 'storageclass.storage.k8s.io "fast" not found', { storageClassName: 'fast' }),
    DATA,
  ),
  trueText(
    'T02',
    'goharbor/harbor-helm#88',
    'storageclass-missing',
    claim('FailedBinding', 'no persistent volumes available for this claim and no storage class is set'),
    DATA,
  ),
  trueText(
    'T03',
    'testdrivenio/flask-vue-kubernetes#1',
    'pv-pvc-mismatch',
    claim(
      'VolumeMismatch',
      'Cannot bind to requested volume "postgres-pv": storageClassName does not match',
      { volumeName: 'postgres-pv' },
      [
        {
          apiVersion: 'v1',
          kind: 'PersistentVolume',
          metadata: { name: 'postgres-pv' },
          spec: { storageClassName: 'standard', capacity: { storage: '5Gi' }, accessModes: ['ReadWriteOnce'] },
          status: { phase: 'Available' },
        },
      ],
    ),
    DATA,
  ),
  trueText(
    'T06',
    'kubernetes/kubernetes#96142',
    'volume-attach-failed',
    attach(
      'Multi-Attach error for volume "pvc-7a81d56f-1cf9-11eb-8295-b6961e0a47ed" Volume is already exclusively attached to one node and can\'t be attached to another',
    ),
  ),
  trueText(
    'T06',
    'jaroslawhartman/withings-sync#248',
    'volume-attach-failed',
    attach('Multi-Attach error for volume "pvc-......" Volume is already used by pod(s) bootstrap-withings-sync'),
  ),
  trueText(
    'T06',
    'kubernetes/cloud-provider-openstack#1778',
    'volume-attach-failed',
    attach(
      'AttachVolume.Attach failed for volume "ccd-1-ddf2467e-6d3c-43f7-b881-9e00e30dfc68" : rpc error: code = Internal desc = [ControllerPublishVolume] Attach Volume failed with error failed to attach bfb9d95c-8233-4a53-8753-3aaf6dab798f volume to b3a48ced-41f9-4779-af81-443c0f51693e compute: volume isn\'t in available state so we can not attach it',
    ),
  ),
  trueText(
    'T06',
    'ctrox/csi-s3#107',
    'volume-attach-failed',
    attach(
      'AttachVolume.Attach failed for volume "pvc-9fefdb47-2d79-41ad-8732-bfe02d435b1f" : timed out waiting for external-attacher of ch.ctrox.csi.s3-driver CSI driver to attach volume kubesphere-monitoring-system-bucket/pvc-9fefdb47-2d79-41ad-8732-bfe02d435b1f',
    ),
  ),
  trueText(
    'T07',
    'democratic-csi/democratic-csi#270',
    'volume-mount-failed',
    mount(
      'MountVolume.MountDevice failed for volume "pvc-e3ad48dc-d722-43f6-9c1d-56f0a9705786" : kubernetes.io/csi: attacher.MountDevice failed to create newCsiDriverClient: driver name org.democratic-csi.nfs not found in the list of registered CSI drivers',
    ),
  ),
  trueText(
    'T07',
    'huggingface/dataset-viewer#270',
    'volume-mount-failed',
    mount(
      'MountVolume.SetUp failed for volume "nfs" : mount failed: exit status 32\nMounting command: mount\nMounting arguments: -t nfs svm-0adb40782285e2ec6.fs-0220b222fb471f3b9.fsx.us-east-1.amazonaws.com:/fsx /var/lib/kubelet/pods/5088f644/volumes/kubernetes.io~nfs/nfs\nOutput: mount.nfs: Connection timed out',
    ),
  ),
  trueText(
    'T07',
    'kubernetes/kubernetes#108963',
    'volume-mount-failed',
    mount(
      'MountVolume.SetUp failed for volume "pv01" : mount failed: exit status 32\nMounting command: mount\nMounting arguments: -t nfs 192.168.43.16:/nfs_share /var/lib/kubelet/pods/c9c0e520/volumes/kubernetes.io~nfs/pv01\nOutput: mount.nfs: access denied by server while mounting 192.168.43.16:/nfs_share',
    ),
  ),
  trueText(
    'T07',
    'kubernetes-csi/csi-driver-smb#852',
    'volume-mount-failed',
    mount(
      'MountVolume.MountDevice failed for volume "pvc-89f20fa4-6b1f-4169-a744-02c814804b22" : rpc error: code = Internal desc = volume(mysamba-samba4.samba.svc.cluster.local/data/archive#pvc-89f20fa4-6b1f-4169-a744-02c814804b22#) mount "//mysamba-samba4.samba.svc.cluster.local/data/archive" on "/var/lib/kubelet/plugins/kubernetes.io/csi/smb.csi.k8s.io/87e09493/globalmount" failed with mount failed: exit status 32 Output: mount error(13): Permission denied',
    ),
  ),
  trueText(
    'T02',
    'kubernetes-sigs/vsphere-csi-driver#1668',
    'storageclass-missing',
    claim(
      'ProvisioningFailed',
      'failed to provision volume with StorageClass "default": rpc error: code = Internal desc = failed to create volume. Error: ServerFaultCode: NotAuthenticated',
      { storageClassName: 'default' },
      [
        {
          apiVersion: 'storage.k8s.io/v1',
          kind: 'StorageClass',
          metadata: { name: 'default' },
          provisioner: 'csi.vsphere.vmware.com',
        },
      ],
    ),
    DATA,
  ),
  trueText(
    'T02',
    'piraeusdatastore/piraeus-operator#563',
    'storageclass-missing',
    claim(
      'ProvisioningFailed',
      'failed to provision volume with StorageClass "no-replication": rpc error: code = Internal desc = CreateVolume failed for pvc-f9073123-3fca-41dd-a3b7-b4452471dca0: Message: \'Successfully set property key(s): Aux/csi-provisioning-completed-by\'',
      { storageClassName: 'no-replication' },
      [
        {
          apiVersion: 'storage.k8s.io/v1',
          kind: 'StorageClass',
          metadata: { name: 'no-replication' },
          provisioner: 'linstor.csi.linbit.com',
        },
      ],
    ),
    DATA,
  ),
  trueText(
    'T02',
    'Duke-GCB/calrissian#154',
    'storageclass-missing',
    unscheduled(
      'running PreBind plugin "VolumeBinding": binding volumes: timed out waiting for the condition',
      volumes(),
      [
        {
          ...bound,
          spec: {
            accessModes: ['ReadWriteMany'],
            storageClassName: 'azurefile',
            resources: { requests: { storage: '1Gi' } },
          },
          status: { phase: 'Pending' },
        },
      ],
    ),
    DATA,
  ),
  trueText(
    'T08',
    'mariadb-operator/mariadb-operator#374',
    'volume-lost',
    unscheduled(
      '0/3 nodes are available: 3 persistentvolumeclaim "data" bound to non-existent persistentvolume "pv-data".',
      volumes(),
      [bound],
    ),
    DATA,
  ),
  trueText(
    'T08',
    'velero-io/velero#34',
    'volume-lost',
    {
      objects: [
        { ...bound, status: { phase: 'Lost' } },
        {
          apiVersion: 'v1',
          kind: 'Event',
          metadata: { name: 'data.lost', namespace: 'shop' },
          involvedObject: { kind: 'PersistentVolumeClaim', name: 'data', namespace: 'shop' },
          reason: 'ClaimLost',
          message: 'Bound claim has lost its PersistentVolume. Data on the volume is lost!',
          type: 'Warning',
          lastTimestamp: '2026-03-01T09:58:00Z',
        },
      ],
    },
    DATA,
  ),
]);
