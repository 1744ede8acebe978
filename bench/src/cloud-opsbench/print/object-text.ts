import type { KubeObject, ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import type { PodTemplate } from '@headwater/contracts/kube/pod.ts';
import { containerLines, pairs, podLines, podTail } from './pod-text.ts';
import { longTime, type Zone } from './times.ts';

/** The lines of `kubectl describe` for an object, its Events left to the caller; null for a kind nobody describes. */
export function describeLines(object: KubeObject, zone: Zone): string[] | null {
  switch (object.kind) {
    case 'Pod':
      return podLines(object, zone);
    case 'Deployment':
      return deploymentLines(object, zone);
    case 'ReplicaSet':
    case 'StatefulSet':
      return setLines(object, zone);
    case 'Service':
      return serviceLines(object);
    case 'Endpoints':
      return endpointLines(object);
    case 'ConfigMap':
      return configLines(object);
    case 'Secret':
      return secretLines(object);
    case 'ServiceAccount':
      return [...head(object), 'Image pull secrets:\t<none>', 'Mountable secrets:\t<none>', 'Tokens:\t<none>'];
    case 'PersistentVolumeClaim':
      return claimLines(object);
    case 'PersistentVolume':
      return volumeLines(object);
    case 'StorageClass':
      return classLines(object);
    default:
      return null;
  }
}

function head({ metadata }: KubeObject): string[] {
  return [
    `Name:\t${metadata.name}`,
    ...(metadata.namespace ? [`Namespace:\t${metadata.namespace}`] : []),
    ...pairs('Labels', metadata.labels),
    ...pairs('Annotations', metadata.annotations, ': '),
  ];
}

function templateLines(template: PodTemplate | null | undefined, zone: Zone): string[] {
  const { metadata, spec } = template ?? {};
  return [
    'Pod Template:',
    ...pairs('Labels', metadata?.labels).map((line) => `  ${line}`),
    ...(Object.keys(metadata?.annotations ?? {}).length > 0
      ? pairs('Annotations', metadata?.annotations, ': ').map((line) => `  ${line}`)
      : []),
    ...(spec?.serviceAccountName ? [`  Service Account:\t${spec.serviceAccountName}`] : []),
    ...(spec?.initContainers?.length
      ? ['  Init Containers:', ...containerLines(spec.initContainers, { indent: '   ', zone })]
      : []),
    '  Containers:',
    ...containerLines(spec?.containers ?? [], { indent: '   ', zone }),
    ...podTail(spec, '  '),
  ];
}

function selectorOf(labels: Readonly<Record<string, string>> | null | undefined): string {
  return (
    Object.entries(labels ?? {})
      .map(([key, value]) => `${key}=${value}`)
      .sort()
      .join(',') || '<none>'
  );
}

function deploymentLines(object: ObjectOf<'Deployment'>, zone: Zone): string[] {
  const { metadata, spec, status } = object;
  const conditions = status?.conditions ?? [];
  return [
    `Name:\t${metadata.name}`,
    `Namespace:\t${metadata.namespace}`,
    `CreationTimestamp:\t${longTime(metadata.creationTimestamp, zone)}`,
    ...head(object).slice(2),
    `Selector:\t${selectorOf(spec?.selector?.matchLabels)}`,
    `Replicas:\t${spec?.replicas ?? 1} desired | ${status?.updatedReplicas ?? 0} updated | ${status?.replicas ?? 0} total | ${status?.availableReplicas ?? 0} available | ${status?.unavailableReplicas ?? 0} unavailable`,
    `StrategyType:\t${spec?.strategy?.type ?? 'RollingUpdate'}`,
    'MinReadySeconds:\t0',
    'RollingUpdateStrategy:\t25% max unavailable, 25% max surge',
    ...templateLines(spec?.template, zone),
    ...(conditions.length > 0
      ? [
          'Conditions:',
          '  Type\tStatus\tReason',
          '  ----\t------\t------',
          ...conditions.map(({ type, status: holds, reason }) => `  ${type} \t${holds}\t${reason ?? ''}`),
        ]
      : []),
    'OldReplicaSets:\t<none>',
    `NewReplicaSet:\t${metadata.name}-5d6f8c9b7d (${status?.replicas ?? 0}/${status?.replicas ?? 0} replicas created)`,
  ];
}

function setLines(object: ObjectOf<'ReplicaSet'>, zone: Zone): string[] {
  const { metadata, spec, status } = object;
  const owner = metadata.ownerReferences?.[0];
  const stateful = object.kind === 'StatefulSet';
  const ready = status?.readyReplicas ?? 0;
  return [
    `Name:\t${metadata.name}`,
    `Namespace:\t${metadata.namespace}`,
    ...(stateful ? [`CreationTimestamp:\t${longTime(metadata.creationTimestamp, zone)}`] : []),
    `Selector:\t${selectorOf(spec?.selector?.matchLabels)}`,
    ...head(object).slice(2),
    ...(owner ? [`Controlled By:\t${owner.kind}/${owner.name}`] : []),
    stateful
      ? `Replicas:\t${spec?.replicas ?? 1} desired | ${status?.replicas ?? 0} total`
      : `Replicas:\t${status?.replicas ?? 0} current / ${spec?.replicas ?? 1} desired`,
    ...(stateful ? ['Update Strategy:\tRollingUpdate', '  Partition:\t0'] : []),
    `Pods Status:\t${ready} Running / ${(status?.replicas ?? 0) - ready} Waiting / 0 Succeeded / 0 Failed`,
    ...templateLines(spec?.template, zone),
    ...(stateful ? ['Volume Claims:\t<none>'] : []),
  ];
}

function serviceLines(object: ObjectOf<'Service'>): string[] {
  const { spec } = object;
  return [
    ...head(object),
    `Selector:\t${selectorOf(spec?.selector)}`,
    `Type:\t${spec?.type ?? 'ClusterIP'}`,
    'IP Family Policy:\tSingleStack',
    'IP Families:\tIPv4',
    `IP:\t${spec?.clusterIP ?? ''}`,
    `IPs:\t${spec?.clusterIP ?? ''}`,
    ...(spec?.ports ?? []).flatMap(({ name, port, protocol, targetPort, nodePort }) => [
      `Port:\t${name ?? '<unset>'}\t${port}/${protocol ?? 'TCP'}`,
      `TargetPort:\t${targetPort ?? port}/${protocol ?? 'TCP'}`,
      ...(nodePort ? [`NodePort:\t${name ?? '<unset>'}\t${nodePort}/${protocol ?? 'TCP'}`] : []),
    ]),
    'Session Affinity:\tNone',
    'Internal Traffic Policy:\tCluster',
  ];
}

function endpointLines(object: ObjectOf<'Endpoints'>): string[] {
  const subsets = (object.subsets ?? []).flatMap(({ addresses, notReadyAddresses, ports }) => [
    `  Addresses:\t${(addresses ?? []).map(({ ip }) => ip).join(',') || '<none>'}`,
    `  NotReadyAddresses:\t${(notReadyAddresses ?? []).map(({ ip }) => ip).join(',') || '<none>'}`,
    ...(ports?.length
      ? [
          '  Ports:',
          '    Name\tPort\tProtocol',
          '    ----\t----\t--------',
          ...ports.map(({ name, port, protocol }) => `    ${name ?? '<unset>'}\t${port}\t${protocol ?? 'TCP'}`),
        ]
      : []),
    '',
  ]);
  return [...head(object), 'Subsets:', ...subsets];
}

function configLines(object: ObjectOf<'ConfigMap'>): string[] {
  const data = Object.entries(object.data ?? {}).flatMap(([key, value]) => [
    `${key}:`,
    '----',
    ...value.split('\n'),
    '',
  ]);
  return [...head(object), '', 'Data', '====', ...data, '', 'BinaryData', '====', ''];
}

function secretLines(object: ObjectOf<'Secret'>): string[] {
  const keys = Object.keys((object as { data?: Record<string, string> }).data ?? {});
  return [
    ...head(object),
    '',
    `Type:\t${object.type ?? 'Opaque'}`,
    '',
    'Data',
    '====',
    ...keys.map((key) => `${key}:\t12 bytes`),
  ];
}

const SHORT: Readonly<Record<string, string>> = { ReadWriteOnce: 'RWO', ReadWriteMany: 'RWX', ReadOnlyMany: 'ROX' };

function claimLines(object: ObjectOf<'PersistentVolumeClaim'>): string[] {
  const { spec, status } = object;
  return [
    `Name:\t${object.metadata.name}`,
    `Namespace:\t${object.metadata.namespace}`,
    `StorageClass:\t${spec?.storageClassName ?? ''}`,
    `Status:\t${status?.phase ?? 'Pending'}`,
    `Volume:\t${spec?.volumeName ?? ''}`,
    ...head(object).slice(2),
    'Finalizers:\t[kubernetes.io/pvc-protection]',
    `Capacity:\t${String(status?.capacity?.['storage'] ?? '')}`,
    `Access Modes:\t${(status?.accessModes ?? []).map((mode) => SHORT[mode] ?? mode).join(',')}`,
    'VolumeMode:\tFilesystem',
  ];
}

function volumeLines(object: ObjectOf<'PersistentVolume'>): string[] {
  const { spec, status } = object;
  const claim = spec?.claimRef;
  return [
    ...head(object),
    'Finalizers:\t[kubernetes.io/pv-protection]',
    `StorageClass:\t${spec?.storageClassName ?? ''}`,
    `Status:\t${status?.phase ?? 'Available'}`,
    `Claim:\t${claim ? `${claim.namespace}/${claim.name}` : ''}`,
    `Reclaim Policy:\t${spec?.persistentVolumeReclaimPolicy ?? 'Retain'}`,
    `Access Modes:\t${(spec?.accessModes ?? []).map((mode) => SHORT[mode] ?? mode).join(',')}`,
    'VolumeMode:\tFilesystem',
    `Capacity:\t${String(spec?.capacity?.['storage'] ?? '')}`,
    'Node Affinity:\t<none>',
    'Message:\t',
  ];
}

function classLines(object: ObjectOf<'StorageClass'>): string[] {
  return [
    `Name:\t${object.metadata.name}`,
    'IsDefaultClass:\tNo',
    ...pairs('Annotations', object.metadata.annotations),
    `Provisioner:\t${object.provisioner ?? ''}`,
    'Parameters:\t<none>',
    `ReclaimPolicy:\t${object.reclaimPolicy ?? 'Delete'}`,
    `VolumeBindingMode:\t${object.volumeBindingMode ?? 'Immediate'}`,
  ];
}
