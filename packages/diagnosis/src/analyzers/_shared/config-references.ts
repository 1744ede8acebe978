import type { Container, PodSpec, Volume } from '@headwater/contracts/kube/pod.ts';

/** One place where a pod spec needs a ConfigMap or Secret, or one key of it. */
export interface ConfigReference {
  readonly kind: 'ConfigMap' | 'Secret';
  readonly name: string;
  /** Null when the whole object is taken. */
  readonly key: string | null;
  readonly optional: boolean;
  /** Field path in a Pod, starting with `spec.`. */
  readonly path: string;
  /** What uses it, in words: `env DB_HOST of container api`, `volume config`. */
  readonly user: string;
}

/** Every ConfigMap and Secret a pod spec refers to: env, envFrom, volumes and projected volumes; pull secrets excepted. */
export function configReferences(spec: PodSpec | null | undefined): readonly ConfigReference[] {
  if (!spec) return [];
  return [
    ...(spec.initContainers ?? []).flatMap((container) => ofContainer(container, 'initContainers')),
    ...(spec.containers ?? []).flatMap((container) => ofContainer(container, 'containers')),
    ...(spec.volumes ?? []).flatMap(ofVolume),
  ];
}

function ofContainer(container: Container, list: string): ConfigReference[] {
  const path = `spec.${list}[name=${container.name}]`;
  const user = (what: string): string => `\`${what}\` of container \`${container.name}\``;
  const references: ConfigReference[] = [];
  for (const { name: variable, valueFrom } of container.env ?? []) {
    for (const [kind, field] of KEY_FIELDS) {
      const reference = valueFrom?.[field];
      if (!reference?.name || !variable) continue;
      const at = `${path}.env[name=${variable}].valueFrom.${field}`;
      references.push({
        kind,
        name: reference.name,
        key: reference.key ?? null,
        optional: reference.optional === true,
        path: at,
        user: user(variable),
      });
    }
  }
  for (const [position, source] of (container.envFrom ?? []).entries()) {
    for (const [kind, field] of OBJECT_FIELDS) {
      const reference = source[field];
      if (!reference?.name) continue;
      const at = `${path}.envFrom[${position}].${field}`;
      references.push({
        kind,
        name: reference.name,
        key: null,
        optional: reference.optional === true,
        path: at,
        user: user('envFrom'),
      });
    }
  }
  return references;
}

function ofVolume(volume: Volume): ConfigReference[] {
  const path = `spec.volumes[name=${volume.name}]`;
  const user = `volume \`${volume.name}\``;
  const found: ConfigReference[] = [];
  const add = (kind: ConfigReference['kind'], source: Source | null | undefined, at: string): void => {
    const name = source?.name ?? source?.secretName;
    if (!source || !name) return;
    const base = { kind, name, optional: source.optional === true, path: at, user };
    if (!source.items?.length) found.push({ ...base, key: null });
    for (const { key } of source.items ?? []) found.push({ ...base, key: key ?? null });
  };
  add('ConfigMap', volume.configMap, `${path}.configMap`);
  add('Secret', volume.secret, `${path}.secret`);
  for (const [position, source] of (volume.projected?.sources ?? []).entries()) {
    add('ConfigMap', source.configMap, `${path}.projected.sources[${position}].configMap`);
    add('Secret', source.secret, `${path}.projected.sources[${position}].secret`);
  }
  return found;
}

interface Source {
  readonly name?: string | null | undefined;
  readonly secretName?: string | null | undefined;
  readonly optional?: boolean | null | undefined;
  readonly items?: readonly { readonly key?: string | null | undefined }[] | null | undefined;
}

const KEY_FIELDS = [
  ['ConfigMap', 'configMapKeyRef'],
  ['Secret', 'secretKeyRef'],
] as const;

const OBJECT_FIELDS = [
  ['ConfigMap', 'configMapRef'],
  ['Secret', 'secretRef'],
] as const;
