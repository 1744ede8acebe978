import { EventEmitter } from 'node:events';
import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';
import { canonicalJson } from '@headwater/core/ids.ts';
import { compareText } from '@headwater/core/subject.ts';

/** One change of the replayed state; `previous` is what watchers with a selector saw before. */
export interface StoreEvent {
  readonly revision: number;
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  /** The resource with its group: `pods`, `deployments.apps`. */
  readonly resource: string;
  readonly object: KubeObject;
  readonly previous: KubeObject | null;
}

// About as many changes as a busy cluster's watch cache keeps.
const KEPT_EVENTS = 10_000;

/** The in-memory copy of a recording's objects, with one revision counter over all of them, as etcd has it. Objects are never mutated. */
export class ReplayStore {
  readonly #objects = new Map<string, Map<string, KubeObject>>();
  readonly #events: StoreEvent[] = [];
  readonly #changes = new EventEmitter();
  #revision: number;
  #oldest: number;

  /** `revision` must be at least every resourceVersion the recording holds. */
  constructor(revision: number) {
    this.#revision = revision;
    this.#oldest = revision;
    // One listener for each open watch.
    this.#changes.setMaxListeners(0);
  }

  get revision(): number {
    return this.#revision;
  }

  /** Puts an object of the recording in place, before anybody watches; its own resourceVersion stays when it has one. */
  load(resource: string, object: KubeObject): void {
    const version = Number(object.metadata.resourceVersion);
    const kept = Number.isSafeInteger(version) && version > 0 && version <= this.#revision;
    const metadata = kept ? object.metadata : { ...object.metadata, resourceVersion: String(this.#revision) };
    this.#of(resource).set(keyOf(object), { ...object, metadata });
  }

  get(resource: string, namespace: string, name: string): KubeObject | undefined {
    return this.#objects.get(resource)?.get(`${namespace}/${name}`);
  }

  /** Objects of a resource in namespace and name order, as etcd keeps them. */
  list(resource: string, namespace?: string): KubeObject[] {
    const entries = [...(this.#objects.get(resource) ?? [])];
    entries.sort((left, right) => compareText(left[0], right[0]));
    const objects = entries.map(([, object]) => object);
    return namespace === undefined
      ? objects
      : objects.filter(({ metadata }) => (metadata.namespace ?? '') === namespace);
  }

  /** Every resource that holds objects. */
  resources(): string[] {
    return [...this.#objects.keys()];
  }

  /** Creates or replaces an object and gives it the next revision; an equal object changes nothing, as in etcd. */
  put(resource: string, object: KubeObject): KubeObject {
    const objects = this.#of(resource);
    const previous = objects.get(keyOf(object)) ?? null;
    if (previous && sameContent(previous, object)) return previous;
    const revision = ++this.#revision;
    const stored = { ...object, metadata: { ...object.metadata, resourceVersion: String(revision) } };
    objects.set(keyOf(object), stored);
    this.#record({ revision, type: previous ? 'MODIFIED' : 'ADDED', resource, object: stored, previous });
    return stored;
  }

  remove(resource: string, namespace: string, name: string): KubeObject | undefined {
    const previous = this.get(resource, namespace, name);
    if (!previous) return undefined;
    this.#of(resource).delete(`${namespace}/${name}`);
    const revision = ++this.#revision;
    const object = { ...previous, metadata: { ...previous.metadata, resourceVersion: String(revision) } };
    this.#record({ revision, type: 'DELETED', resource, object, previous });
    return object;
  }

  /** Changes after a revision; null when some of them are no longer known. */
  eventsAfter(revision: number): readonly StoreEvent[] | null {
    if (revision < this.#oldest) return null;
    const first = this.#events.findLastIndex((event) => event.revision <= revision) + 1;
    return this.#events.slice(first);
  }

  /** Forgets history up to now, as etcd's compaction does. */
  compact(): void {
    this.#events.length = 0;
    this.#oldest = this.#revision;
  }

  /** Resolves at the next change, after `ms`, or when the signal aborts, whichever comes first. */
  nextChange(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#changes.off('change', done);
        signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      this.#changes.on('change', done);
      signal.addEventListener('abort', done);
      if (signal.aborted) done();
    });
  }

  #of(resource: string): Map<string, KubeObject> {
    let objects = this.#objects.get(resource);
    if (!objects) {
      objects = new Map();
      this.#objects.set(resource, objects);
    }
    return objects;
  }

  #record(event: StoreEvent): void {
    this.#events.push(event);
    if (this.#events.length > KEPT_EVENTS) {
      const dropped = this.#events.splice(0, this.#events.length - KEPT_EVENTS);
      this.#oldest = dropped.at(-1)?.revision ?? this.#oldest;
    }
    this.#changes.emit('change');
  }
}

function keyOf({ metadata }: KubeObject): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`;
}

function sameContent(left: KubeObject, right: KubeObject): boolean {
  const strip = ({ metadata, ...rest }: KubeObject): string => {
    const { resourceVersion: _, ...kept } = metadata;
    return canonicalJson({ ...rest, metadata: kept });
  };
  return strip(left) === strip(right);
}
