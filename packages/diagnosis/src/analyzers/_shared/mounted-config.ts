import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';
import type { Volume } from '@headwater/contracts/kube/pod.ts';
import type { Subject } from '@headwater/core/subject.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import type { ContainerView, PodObject } from './pods.ts';

/** What a path inside a container comes from. */
export interface MountedAt {
  readonly volume: Volume;
  readonly mountPath: string;
  readonly readOnly: boolean;
  /** Field path of the mount in the Pod. */
  readonly path: string;
}

/** The mount a path inside a container lies under, the deepest one; null when it lies in the image. */
export function mountAt(pod: PodObject, view: ContainerView, file: string): MountedAt | null {
  let best: MountedAt | null = null;
  for (const { name, mountPath, readOnly } of view.spec?.volumeMounts ?? []) {
    const volume = pod.spec?.volumes?.find((candidate) => candidate.name === name);
    const base = mountPath?.replace(/\/+$/, '');
    if (
      !volume ||
      !base ||
      !(file === base || file.startsWith(`${base}/`)) ||
      base.length < (best?.mountPath.length ?? 0)
    )
      continue;
    best = {
      volume,
      mountPath: base,
      readOnly: readOnly === true,
      path: `${view.specPath}.volumeMounts[name=${name}].mountPath`,
    };
  }
  return best;
}

/** A ConfigMap or Secret that is mounted where a path lies. */
export interface MountedConfig {
  readonly subject: Subject;
  /** The object when it was read. */
  readonly object: KubeObject | undefined;
  /** The key the file comes from, when it is told by the path. */
  readonly key: string | null;
  readonly mount: MountedAt;
}

/** The ConfigMap or Secret a file inside a container comes from; null when it comes from elsewhere. */
export function configAt(snapshot: Snapshot, pod: PodObject, view: ContainerView, file: string): MountedConfig | null {
  const mount = mountAt(pod, view, file);
  const source = mount ? sourceOf(mount.volume) : null;
  if (!mount || !source) return null;
  const namespace = pod.metadata.namespace ?? '';
  const object = snapshot.objects.get(source.kind, namespace, source.name);
  const rest = file.slice(mount.mountPath.length + 1);
  const mapped = source.items?.find(({ path }) => path === rest)?.key;
  const key = mapped ?? (rest === '' ? (file.split('/').at(-1) ?? null) : rest);
  return {
    subject: object ? subjectOf(object) : { kind: source.kind, namespace, name: source.name },
    object,
    key: hasKey(object, key) ? key : null,
    mount,
  };
}

interface Source {
  readonly kind: 'ConfigMap' | 'Secret';
  readonly name: string;
  readonly items?:
    | readonly { readonly key?: string | null | undefined; readonly path?: string | null | undefined }[]
    | null
    | undefined;
}

function sourceOf({ configMap, secret, projected }: Volume): Source | null {
  if (configMap?.name) return { kind: 'ConfigMap', name: configMap.name, items: configMap.items };
  if (secret?.secretName) return { kind: 'Secret', name: secret.secretName, items: secret.items };
  for (const source of projected?.sources ?? []) {
    if (source.configMap?.name && source.configMap.name !== 'kube-root-ca.crt')
      return { kind: 'ConfigMap', name: source.configMap.name, items: source.configMap.items };
    if (source.secret?.name) return { kind: 'Secret', name: source.secret.name, items: source.secret.items };
  }
  return null;
}

function hasKey(object: KubeObject | undefined, key: string | null): boolean {
  return key !== null && Object.hasOwn((object as { data?: Record<string, unknown> } | undefined)?.data ?? {}, key);
}
