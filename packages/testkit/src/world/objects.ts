import type { Millis } from '@headwater/core/time.ts';
import type { Json, KubeJson } from './json.ts';
import { type Identity, metadata, type MetaOptions } from './metadata.ts';
import type { NamespacePlan, Plan } from './plan.ts';
import { daysBefore, type Scene } from './scene.ts';

/** Any object: identity, metadata, and the rest as given. */
export function object(scene: Scene, identity: Identity, meta: MetaOptions, body: Json = {}): KubeJson {
  return { apiVersion: identity.apiVersion, kind: identity.kind, metadata: metadata(scene, identity, meta), ...body };
}

export interface ConfigMapOptions {
  readonly namespace: string;
  readonly name: string;
  readonly data: Record<string, string>;
  readonly created: Millis;
  readonly labels?: Record<string, string>;
  readonly manager?: string;
  /** The last edit, by whom, and which keys it wrote. */
  readonly edited?: { readonly at: Millis; readonly manager: string; readonly keys: readonly string[] };
}

/** A ConfigMap; an edit shows in managedFields and the resourceVersion. */
export function configMap(scene: Scene, options: ConfigMapOptions): KubeJson {
  const { data, edited, created } = options;
  const keys = (names: readonly string[]): Json => ({ data: Object.fromEntries(names.map((name) => [name, 1])) });
  const kept = Object.keys(data).filter((key) => !edited?.keys.includes(key));
  return object(
    scene,
    { apiVersion: 'v1', kind: 'ConfigMap', namespace: options.namespace, name: options.name },
    {
      created,
      changed: edited?.at ?? created,
      labels: options.labels,
      writers: [
        { manager: options.manager ?? 'kubectl-client-side-apply', at: created, wrote: keys(kept) },
        ...(edited ? [{ manager: edited.manager, at: edited.at, wrote: keys(edited.keys) }] : []),
      ],
    },
    { data },
  );
}

export interface SecretOptions {
  readonly namespace: string;
  readonly name: string;
  readonly keys: readonly string[];
  readonly created: Millis;
  readonly type?: string;
  readonly labels?: Record<string, string>;
  readonly annotations?: Record<string, string>;
  readonly manager?: string;
  readonly edited?: { readonly at: Millis; readonly manager: string; readonly keys: readonly string[] };
}

// As many as `headwater record` keeps of its keyed hash.
const HASH_DIGITS = 16;

/** A Secret as a recorder stores it: each value replaced by its length and a keyed hash. */
export function secret(scene: Scene, options: SecretOptions): KubeJson {
  const { edited, created } = options;
  const identity = { apiVersion: 'v1', kind: 'Secret', namespace: options.namespace, name: options.name };
  const redact = (key: string): string => {
    const version = edited?.keys.includes(key) ? edited.at : created;
    const length = scene.random.int(`secret-length/${options.name}/${key}`, 12, 40);
    const value = `${options.namespace}/${options.name}/${key}@${version}`;
    return `<redacted: ${length} bytes, hmac-sha256 ${scene.random.hex(`secret/${value}`, HASH_DIGITS)}>`;
  };
  const kept = options.keys.filter((key) => !edited?.keys.includes(key));
  return object(
    scene,
    identity,
    {
      created,
      changed: edited?.at ?? created,
      labels: options.labels,
      annotations: options.annotations,
      writers: [
        {
          manager: options.manager ?? 'kubectl-create',
          at: created,
          wrote: { data: Object.fromEntries(kept.map((key) => [key, 1])), type: 1 },
        },
        ...(edited
          ? [
              {
                manager: edited.manager,
                at: edited.at,
                wrote: { data: Object.fromEntries(edited.keys.map((key) => [key, 1])) },
              },
            ]
          : []),
      ],
    },
    { data: Object.fromEntries(options.keys.map((key) => [key, redact(key)])), type: options.type ?? 'Opaque' },
  );
}

/** A namespace with what every namespace has: its service accounts and the cluster's certificate. */
export function renderNamespace(scene: Scene, namespace: NamespacePlan): KubeJson[] {
  const { name, created } = namespace;
  return [
    object(
      scene,
      { apiVersion: 'v1', kind: 'Namespace', name },
      { created, labels: { 'kubernetes.io/metadata.name': name, ...namespace.labels } },
      { spec: { finalizers: ['kubernetes'] }, status: { phase: 'Active' } },
    ),
    configMap(scene, {
      namespace: name,
      name: 'kube-root-ca.crt',
      created: created + 1000,
      manager: 'kube-controller-manager',
      data: { 'ca.crt': '-----BEGIN CERTIFICATE-----\n(shortened by the recorder)\n-----END CERTIFICATE-----\n' },
    }),
    ...namespace.serviceAccounts.map((account) =>
      object(
        scene,
        { apiVersion: 'v1', kind: 'ServiceAccount', namespace: name, name: account.name },
        { created: account.created, annotations: account.annotations },
        account.imagePullSecrets
          ? { imagePullSecrets: account.imagePullSecrets.map((secretName) => ({ name: secretName })) }
          : {},
      ),
    ),
  ];
}

/** Adds a namespace with its default service account. */
export function addNamespace(
  plan: Plan,
  name: string,
  options: { days: number; labels?: Record<string, string> },
): NamespacePlan {
  const created =
    daysBefore(plan.scene, options.days) + plan.scene.random.int(`namespace-age/${name}`, 0, 80_000) * 1000;
  const namespace: NamespacePlan = {
    name,
    created,
    labels: options.labels ?? {},
    serviceAccounts: [{ name: 'default', created: created + 1000 }],
  };
  plan.namespaces.push(namespace);
  return namespace;
}

/** Adds a service account to a namespace of the plan. */
export function addServiceAccount(plan: Plan, namespace: string, name: string, created: Millis): void {
  const found = plan.namespaces.find((candidate) => candidate.name === namespace);
  if (!found) throw new Error(`no namespace ${namespace}`);
  found.serviceAccounts.push({ name, created });
}
