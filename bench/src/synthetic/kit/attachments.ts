import { type Millis, SECOND } from '@headwater/core/time.ts';
import type { EventDraft } from '@headwater/testkit/world/events.ts';
import type { KubeJson } from '@headwater/testkit/world/json.ts';
import { object } from '@headwater/testkit/world/objects.ts';
import { podEvent } from '@headwater/testkit/world/pod-states/parts.ts';
import { mountFailing } from '@headwater/testkit/world/pod-states/waiting.ts';
import type { PodState } from '@headwater/testkit/world/pod.ts';
import { type Scene, stamp } from '@headwater/testkit/world/scene.ts';
import { defaultClass } from '@headwater/testkit/world/storage.ts';

export interface Attachment {
  readonly volume: KubeJson;
  readonly node: string;
  readonly created: Millis;
  readonly attached: boolean;
  readonly error?: string;
}

/** The VolumeAttachment of a volume, as the attach/detach controller makes it. */
export function attachment(scene: Scene, options: Attachment): KubeJson {
  const { volume, node, created, error } = options;
  const { provisioner } = defaultClass(scene);
  const name = `csi-${scene.random.hex(`attachment/${volume.metadata.name}/${node}`, 64)}`;
  return object(
    scene,
    { apiVersion: 'storage.k8s.io/v1', kind: 'VolumeAttachment', name },
    { created, finalizers: [`external-attacher/${provisioner.replaceAll('.', '-')}`] },
    {
      spec: { attacher: provisioner, nodeName: node, source: { persistentVolumeName: volume.metadata.name } },
      status: {
        attachError: error ? { message: error, time: stamp(scene.now - 30 * SECOND) } : undefined,
        attached: options.attached,
      },
    },
  );
}

/** The words of a volume operation that fails again and again: one Event by the controller, one by the kubelet that waits. */
export function attachFailing(message: string): PodState {
  const failing = mountFailing({ message, reason: 'FailedAttachVolume', component: 'attachdetach-controller' });
  return (frame) => {
    const outcome = failing(frame);
    const old = frame.scene.cluster.version < 'v1.33';
    const waits: EventDraft = podEvent(frame, {
      type: 'Warning',
      reason: 'FailedMount',
      message: `Unable to attach or mount volumes: unmounted volumes=[data], unattached volumes=[], failed to process volumes=[]: ${old ? 'timed out waiting for the condition' : 'context deadline exceeded'}`,
      first: frame.created + 124 * SECOND,
      last: Math.max(frame.created + 124 * SECOND, frame.scene.now - 70 * SECOND),
      count: Math.max(1, Math.floor((frame.scene.now - frame.created) / (250 * SECOND))),
    });
    return { ...outcome, events: [...outcome.events, waits] };
  };
}
