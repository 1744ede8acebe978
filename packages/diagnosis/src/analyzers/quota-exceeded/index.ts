import type { Analyzer } from '../../finding.ts';
import { findRefusedObjects } from './refused-objects.ts';
import { findRefusedPods } from './refused-pods.ts';
import { findRefusedServices } from './refused-services.ts';

/** Namespaces whose quota leaves no room for what is missing. */
export const analyzer: Analyzer = {
  name: 'quota-exceeded',
  codes: {
    'quota/pods-refused': 'The API server refuses Pods because of a ResourceQuota.',
    'quota/no-room-for-pods': 'Pods are missing that a ResourceQuota would not let in.',
    'quota/no-room-for-service': 'A Service that is referred to is missing and a ResourceQuota leaves no room for it.',
    'quota/no-room-for-claim':
      'A PersistentVolumeClaim that is mounted is missing and a ResourceQuota leaves no room for it.',
    'quota/no-room-for-config':
      'A ConfigMap or Secret that is referred to is missing and a ResourceQuota leaves no room for it.',
  },
  reads: [
    'ResourceQuota',
    'ReplicaSet',
    'StatefulSet',
    'DaemonSet',
    'Job',
    'Service',
    'PersistentVolumeClaim',
    'PersistentVolume',
    'Ingress',
    'Event',
  ],
  analyze: (snapshot) => [
    ...findRefusedPods(snapshot),
    ...findRefusedServices(snapshot),
    ...findRefusedObjects(snapshot),
  ],
};
