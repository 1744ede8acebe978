import { citeField } from '../../evidence/cite.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { EdgeContext } from './all.ts';

/** Workload mounts PVC, PVC bound to PV, both provisioned by a StorageClass. */
export function addStorageEdges({ snapshot, templates, pods, components, add }: EdgeContext, namespace: string): void {
  // A StatefulSet's claims stand in its Pods only; a template's claims also when no Pod came to be.
  for (const pod of pods.list(namespace)) {
    for (const { name, persistentVolumeClaim: claim } of pod.spec?.volumes ?? []) {
      if (!claim?.claimName) continue;
      const to = components.named('PersistentVolumeClaim', pod.metadata.namespace, claim.claimName);
      add({
        from: components.ofObject(pod),
        to,
        relation: 'mounts',
        cite: () => [citeField(pod, `spec.volumes[name=${name}]`)],
      });
    }
  }
  for (const { component, object, path, spec } of templates.list(namespace)) {
    for (const { name, persistentVolumeClaim: claim } of spec.volumes ?? []) {
      if (!claim?.claimName) continue;
      const to = components.named('PersistentVolumeClaim', namespace, claim.claimName);
      add({
        from: component,
        to,
        relation: 'mounts',
        cite: () => [citeField(object, `${path}.volumes[name=${name}]`)],
      });
    }
  }
  for (const claim of snapshot.objects.within('PersistentVolumeClaim', namespace)) {
    const { volumeName, storageClassName } = claim.spec ?? {};
    const from = subjectOf(claim);
    if (volumeName)
      add({
        from,
        to: components.named('PersistentVolume', null, volumeName),
        relation: 'bound-to',
        cite: () => [citeField(claim, 'spec.volumeName')],
      });
    if (storageClassName)
      add({
        from,
        to: components.named('StorageClass', null, storageClassName),
        relation: 'provisioned-by',
        cite: () => [citeField(claim, 'spec.storageClassName')],
      });
  }
  for (const volume of snapshot.objects.within('PersistentVolume', namespace)) {
    const name = volume.spec?.storageClassName;
    if (!name || !snapshot.objects.get('StorageClass', null, name)) continue;
    add({
      from: subjectOf(volume),
      to: components.named('StorageClass', null, name),
      relation: 'provisioned-by',
      cite: () => [citeField(volume, 'spec.storageClassName')],
    });
  }
}
