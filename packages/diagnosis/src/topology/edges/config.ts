import type { Container } from '@headwater/contracts/kube/pod.ts';
import { citeField } from '../../evidence/cite.ts';
import { perObject } from '../../snapshot/per-object.ts';
import type { TemplateView } from '../templates.ts';
import type { EdgeContext } from './all.ts';

/** One ConfigMap or Secret a pod specification names. */
export interface ConfigReference {
  readonly kind: 'ConfigMap' | 'Secret';
  readonly name: string;
  /** `mounts`: a volume; `reads`: environment or image pull. */
  readonly relation: 'mounts' | 'reads';
  readonly optional: boolean;
  /** Where in the template's object it stands, ready to cite. */
  readonly path: string;
}

// An optional reference that dangles breaks nothing by itself.
const OPTIONAL_SHARE = 0.5;

/** Workload mounts or reads ConfigMaps and Secrets, and uses a ServiceAccount; missing ones are vertices too. */
export function addConfigEdges({ templates, components, add }: EdgeContext, namespace: string): void {
  for (const view of templates.list(namespace)) {
    for (const { kind, name, relation, optional, path } of configReferences(view)) {
      add({
        from: view.component,
        to: components.named(kind, view.namespace, name),
        relation,
        share: optional ? OPTIONAL_SHARE : undefined,
        cite: () => [citeField(view.object, path)],
      });
    }
    const account = view.spec.serviceAccountName ?? view.spec.serviceAccount;
    if (!account) continue;
    add({
      from: view.component,
      to: components.named('ServiceAccount', view.namespace, account),
      relation: 'uses-account',
      cite: () => [citeField(view.object, `${view.path}.serviceAccountName`)],
    });
  }
}

const readings = perObject((_spec: TemplateView['spec']) => new Map<string, readonly ConfigReference[]>());

/** Every ConfigMap and Secret a pod specification names. */
export function configReferences({ spec, path }: TemplateView): readonly ConfigReference[] {
  const known = readings(spec);
  const found = known.get(path) ?? [...referencesIn(spec, path)];
  known.set(path, found);
  return found;
}

function* referencesIn(spec: TemplateView['spec'], path: string): Iterable<ConfigReference> {
  for (const volume of spec.volumes ?? []) yield* volumeReferences(volume, `${path}.volumes[name=${volume.name}]`);
  for (const container of spec.initContainers ?? [])
    yield* environmentReferences(container, `${path}.initContainers[name=${container.name}]`);
  for (const container of spec.containers ?? [])
    yield* environmentReferences(container, `${path}.containers[name=${container.name}]`);
  for (const { name } of spec.imagePullSecrets ?? []) {
    if (name) yield { kind: 'Secret', name, relation: 'reads', optional: false, path: `${path}.imagePullSecrets` };
  }
}

type VolumeObject = NonNullable<TemplateView['spec']['volumes']>[number];

function* volumeReferences(volume: VolumeObject, path: string): Iterable<ConfigReference> {
  const { configMap, secret, projected } = volume;
  const base = { relation: 'mounts', path } as const;
  if (configMap?.name)
    yield { ...base, kind: 'ConfigMap', name: configMap.name, optional: configMap.optional === true };
  if (secret?.secretName)
    yield { ...base, kind: 'Secret', name: secret.secretName, optional: secret.optional === true };
  for (const source of projected?.sources ?? []) {
    // The API server puts this one into every namespace and every Pod.
    if (source.configMap?.name && source.configMap.name !== 'kube-root-ca.crt') {
      yield { ...base, kind: 'ConfigMap', name: source.configMap.name, optional: source.configMap.optional === true };
    }
    if (source.secret?.name)
      yield { ...base, kind: 'Secret', name: source.secret.name, optional: source.secret.optional === true };
  }
}

function* environmentReferences({ env, envFrom }: Container, path: string): Iterable<ConfigReference> {
  for (const { name: variable, valueFrom } of env ?? []) {
    const at = { relation: 'reads', path: `${path}.env[name=${variable ?? ''}]` } as const;
    const { configMapKeyRef: map, secretKeyRef: secret } = valueFrom ?? {};
    if (map?.name) yield { ...at, kind: 'ConfigMap', name: map.name, optional: map.optional === true };
    if (secret?.name) yield { ...at, kind: 'Secret', name: secret.name, optional: secret.optional === true };
  }
  for (const { configMapRef: map, secretRef: secret } of envFrom ?? []) {
    const at = { relation: 'reads', path: `${path}.envFrom` } as const;
    if (map?.name) yield { ...at, kind: 'ConfigMap', name: map.name, optional: map.optional === true };
    if (secret?.name) yield { ...at, kind: 'Secret', name: secret.name, optional: secret.optional === true };
  }
}
