import type { Millis } from '@headwater/core/time.ts';
import type { Json, KubeJson, MetaJson } from './json.ts';
import type { Scene } from './scene.ts';
import { stamp } from './scene.ts';

/** One writer of an object, as `metadata.managedFields` records it. */
export interface Writer {
  readonly manager: string;
  readonly at: Millis;
  readonly subresource?: string | undefined;
  /** The part of the object it wrote; two levels of field names are recorded. */
  readonly wrote: Json;
}

export interface MetaOptions {
  readonly created: Millis;
  /** When it last changed; decides the resourceVersion. Default: created. */
  readonly changed?: Millis | undefined;
  readonly labels?: Record<string, string> | undefined;
  readonly annotations?: Record<string, string> | undefined;
  readonly owner?: KubeJson | undefined;
  readonly generation?: number | undefined;
  readonly generateName?: string | undefined;
  readonly finalizers?: readonly string[] | undefined;
  readonly writers?: readonly Writer[] | undefined;
  readonly deleted?: { readonly at: Millis; readonly graceSeconds: number } | undefined;
}

export interface Identity {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string | undefined;
  readonly name: string;
}

/** The metadata an API server gives an object of this identity. */
export function metadata(scene: Scene, identity: Identity, options: MetaOptions): MetaJson {
  const { namespace, name } = identity;
  const { owner, deleted } = options;
  return {
    annotations: nonEmpty(options.annotations),
    creationTimestamp: stamp(options.created),
    deletionGracePeriodSeconds: deleted?.graceSeconds,
    deletionTimestamp: deleted ? stamp(deleted.at) : undefined,
    finalizers: options.finalizers?.length ? options.finalizers : undefined,
    generateName: options.generateName,
    generation: options.generation,
    labels: nonEmpty(options.labels),
    managedFields: options.writers?.map((writer) => managedField(identity.apiVersion, writer)),
    name,
    namespace,
    ownerReferences: owner ? [ownerReference(owner)] : undefined,
    resourceVersion: resourceVersion(scene, identity, options.changed ?? options.created),
    uid: uidOf(scene, identity, options.created),
  };
}

/** The uid of an object: another creation time is another object. */
export function uidOf(scene: Scene, identity: Identity, created: Millis): string {
  return scene.random.uuid(`${identity.kind}/${identity.namespace ?? ''}/${identity.name}@${created}`);
}

// etcd's revision grows with every write of the whole cluster, so later changes have higher versions.
const REVISION_EPOCH = Date.UTC(2024, 0, 1);

function resourceVersion(scene: Scene, identity: Identity, changed: Millis): string {
  const salt = scene.random.int(`revision/${identity.kind}/${identity.namespace ?? ''}/${identity.name}`, 0, 9);
  return String(Math.floor((changed - REVISION_EPOCH) / 700) * 10 + salt);
}

/** The reference a controller sets on what it makes. */
export function ownerReference(owner: KubeJson): Json {
  return {
    apiVersion: owner.apiVersion,
    blockOwnerDeletion: owner.kind === 'Node' ? undefined : true,
    controller: true,
    kind: owner.kind,
    name: owner.metadata.name,
    uid: owner.metadata.uid,
  };
}

function managedField(apiVersion: string, writer: Writer): Json {
  const applied = writer.manager === 'argocd-controller' && !writer.subresource;
  return {
    apiVersion,
    fieldsType: 'FieldsV1',
    fieldsV1: fieldNames(writer.wrote, 3),
    manager: writer.manager,
    operation: applied ? 'Apply' : 'Update',
    subresource: writer.subresource,
    time: stamp(writer.at),
  };
}

function fieldNames(value: Json, depth: number): Json {
  const names: Json = {};
  for (const [key, item] of Object.entries(value)) {
    const deeper = depth > 1 && item !== null && typeof item === 'object' && !Array.isArray(item);
    if (item !== undefined) names[`f:${key}`] = deeper ? fieldNames(item as Json, depth - 1) : {};
  }
  return names;
}

function nonEmpty(map: Record<string, string> | undefined): Record<string, string> | undefined {
  return map && Object.keys(map).length > 0 ? map : undefined;
}

/** Metadata of an object somebody edited after it was made. */
export function edited(
  created: Millis,
  edit: { readonly at: Millis; readonly manager: string; readonly wrote: Json; readonly by?: string },
): MetaOptions {
  return {
    created,
    changed: edit.at,
    generation: 2,
    writers: [
      { manager: edit.by ?? 'kubectl-client-side-apply', at: created, wrote: edit.wrote },
      { manager: edit.manager, at: edit.at, wrote: edit.wrote },
    ],
  };
}

/** Metadata of an object that is as it was made. */
export function made(created: Millis, manager = 'kubectl-client-side-apply'): MetaOptions {
  return { created, generation: 1, writers: [{ manager, at: created, wrote: { spec: {} } }] };
}
