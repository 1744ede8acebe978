import type { z } from 'zod';
import {
  bool,
  conditions,
  kind,
  LabelSelectorShape,
  list,
  obj,
  objectReference,
  quantities,
  str,
  strings,
} from './common.ts';

const requirement = { key: str, operator: str, values: strings };

export const PersistentVolume = kind({
  spec: obj({
    capacity: quantities,
    accessModes: strings,
    storageClassName: str,
    volumeMode: str,
    persistentVolumeReclaimPolicy: str,
    claimRef: objectReference,
    nodeAffinity: obj({
      required: obj({
        nodeSelectorTerms: list({ matchExpressions: list(requirement), matchFields: list(requirement) }),
      }),
    }),
    csi: obj({ driver: str, volumeHandle: str }),
    hostPath: obj({ path: str }),
    local: obj({ path: str }),
    nfs: obj({ server: str, path: str }),
  }),
  status: obj({ phase: str, reason: str, message: str }),
});
export type PersistentVolume = z.infer<typeof PersistentVolume>;

export const PersistentVolumeClaim = kind({
  spec: obj({
    accessModes: strings,
    storageClassName: str,
    volumeName: str,
    volumeMode: str,
    selector: LabelSelectorShape,
    resources: obj({ requests: quantities, limits: quantities }),
  }),
  status: obj({ phase: str, accessModes: strings, capacity: quantities, conditions }),
});
export type PersistentVolumeClaim = z.infer<typeof PersistentVolumeClaim>;

export const StorageClass = kind({
  provisioner: str,
  reclaimPolicy: str,
  volumeBindingMode: str,
  allowVolumeExpansion: bool,
});
export type StorageClass = z.infer<typeof StorageClass>;

export const VolumeAttachment = kind({
  spec: obj({ attacher: str, nodeName: str, source: obj({ persistentVolumeName: str }) }),
  status: obj({
    attached: bool,
    attachError: obj({ message: str, time: str }),
    detachError: obj({ message: str, time: str }),
  }),
});
export type VolumeAttachment = z.infer<typeof VolumeAttachment>;
