import type { PodSpec } from '@headwater/contracts/kube/pod.ts';
import { type PodObject, allContainers } from './pods.ts';

/** A ConfigMap or Secret a pod specification names, and whether a running Pod sees its changes. */
export interface ConfigName {
  readonly kind: 'ConfigMap' | 'Secret';
  readonly name: string;
  /** `env` and `subPath` are read once, at the start of the container; `mount` follows the object. */
  readonly via: 'env' | 'subPath' | 'mount';
}

/** Every ConfigMap and Secret a Pod's environment and volumes name, in order. */
export function configNamesOf(pod: PodObject): readonly ConfigName[] {
  return configNamesIn(pod.spec);
}

/** Every ConfigMap and Secret a pod specification's environment and volumes name, in order. */
export function configNamesIn(spec: PodSpec | null | undefined): readonly ConfigName[] {
  const found = new Map<string, ConfigName>();
  const add = (kind: ConfigName['kind'], name: string | null | undefined, via: ConfigName['via']): void => {
    if (name) found.set(`${kind}/${name}/${via}`, { kind, name, via });
  };
  for (const { env, envFrom } of allContainers(spec)) {
    for (const { valueFrom } of env ?? []) {
      add('ConfigMap', valueFrom?.configMapKeyRef?.name, 'env');
      add('Secret', valueFrom?.secretKeyRef?.name, 'env');
    }
    for (const { configMapRef, secretRef } of envFrom ?? []) {
      add('ConfigMap', configMapRef?.name, 'env');
      add('Secret', secretRef?.name, 'env');
    }
  }
  for (const { name, configMap, secret, projected } of spec?.volumes ?? []) {
    const via = isSubPath(spec, name) ? 'subPath' : 'mount';
    add('ConfigMap', configMap?.name, via);
    add('Secret', secret?.secretName, via);
    for (const source of projected?.sources ?? []) {
      if (source.configMap?.name !== 'kube-root-ca.crt') add('ConfigMap', source.configMap?.name, via);
      add('Secret', source.secret?.name, via);
    }
  }
  return [...found.values()];
}

function isSubPath(spec: PodSpec | null | undefined, volume: string): boolean {
  const mounts = allContainers(spec).flatMap(({ volumeMounts }) =>
    (volumeMounts ?? []).filter(({ name }) => name === volume),
  );
  return mounts.length > 0 && mounts.every(({ subPath }) => Boolean(subPath));
}
