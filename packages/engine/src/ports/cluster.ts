import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';
import type { TypedObject } from '@headwater/diagnosis/snapshot/objects.ts';

/** One kind the API server serves, as discovery names it. */
export interface ApiResource {
  readonly apiVersion: string;
  readonly kind: string;
  /** Lower-case plural, as paths spell it. */
  readonly plural: string;
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
}

/** What came of asking for a list; refusals are values because a diagnosis goes on without them. */
export type ListOutcome =
  | { readonly state: 'read'; readonly objects: readonly KubeObject[]; readonly cut: string | null }
  | { readonly state: 'forbidden' | 'unreachable'; readonly message: string };

export interface ListRequest {
  readonly resource: ApiResource;
  /** Undefined: all namespaces, or a cluster-scoped kind. */
  readonly namespace?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface LogRequest {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly previous: boolean;
  readonly tailLines: number;
  /** Milliseconds since the epoch; null for everything that is kept. */
  readonly since: number | null;
  readonly limitBytes: number;
  readonly signal?: AbortSignal | undefined;
}

export type LogOutcome =
  | { readonly state: 'read'; readonly lines: AsyncIterable<string> }
  /** `absent`: the container has no such log (it never ran, or has no previous instance). */
  | { readonly state: 'absent' | 'forbidden' | 'unreachable'; readonly message: string };

/** What came of asking for one Secret; its values are hashes by the time anyone sees them. */
export type SecretOutcome =
  | { readonly state: 'read'; readonly object: KubeObject }
  | { readonly state: 'absent' | 'forbidden' | 'unreachable'; readonly message: string };

/** A Kubernetes cluster to read from; nothing here can write. */
export interface ClusterReader {
  /** The name people know it by: the kubeconfig context, or the API server's host. */
  readonly name: string;
  /** The server's version; throws AppError `unavailable`, `unauthenticated` or `forbidden` when it cannot be asked. */
  version(): Promise<string>;
  /** The cluster's own clock in milliseconds, to the second; null when the server does not say. */
  time(): Promise<number | null>;
  /** Every kind it serves that can be listed; groups whose discovery failed are left out and named in `failed`. */
  resources(): Promise<{ readonly resources: readonly ApiResource[]; readonly failed: readonly string[] }>;
  list(request: ListRequest): Promise<ListOutcome>;
  logs(request: LogRequest): Promise<LogOutcome>;
  /** One Secret with each value replaced by its length and what `hash` makes of it. */
  secret(namespace: string, name: string, hash: (value: string) => string): Promise<SecretOutcome>;
  /** Whether the credentials may do this, by SelfSubjectAccessReview. */
  allowed(verb: string, resource: ApiResource, namespace?: string): Promise<boolean>;
  close(): Promise<void>;
}

/** Look-ups in what is held, none of which walks a whole kind unless it is asked for one. */
export interface HeldObjects {
  get<K extends string>(kind: K, namespace: string | null | undefined, name: string): TypedObject<K> | undefined;
  inNamespace<K extends string>(kind: K, namespace: string): readonly TypedObject<K>[];
  every<K extends string>(kind: K): readonly TypedObject<K>[];
}

export type ObjectListener = (type: 'ADDED' | 'MODIFIED' | 'DELETED', object: KubeObject) => void;

/** A copy of a cluster's objects that follows it by watches. */
export interface ClusterCache {
  readonly lookup: HeldObjects;
  /** Resolves when every kind has been listed once or was refused. */
  ready(): Promise<void>;
  /** What is held now, with the kinds that are refused or cannot be reached at the moment. */
  held(): CachedObjects;
  /** Follows more kinds, those that are followed already aside. */
  readonly follow: (resources: readonly ApiResource[]) => void;
  stop(): Promise<void>;
}

export interface CachedObjects {
  readonly objects: readonly KubeObject[];
  readonly kinds: readonly {
    readonly kind: string;
    readonly state: 'read' | 'forbidden' | 'unreachable';
    readonly message: string;
  }[];
}
