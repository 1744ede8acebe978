import type { SourceName, SourceState } from '@headwater/contracts/recording/manifest.ts';
import type { Series, Span } from '@headwater/diagnosis/snapshot/input.ts';
import type { Millis } from '@headwater/core/time.ts';
import type { EventDraft } from './events.ts';
import type { Json, KubeJson } from './json.ts';
import type { PodState } from './pod.ts';
import type { PodSpecJson } from './pod-spec.ts';
import type { Scene } from './scene.ts';

/** A world before it is rendered: scenarios edit it, `render` turns it into objects. */
export interface Plan {
  readonly scene: Scene;
  readonly nodes: NodePlan[];
  readonly namespaces: NamespacePlan[];
  readonly workloads: Workload[];
  readonly services: ServicePlan[];
  readonly objects: KubeJson[];
  readonly events: EventDraft[];
  readonly logs: LogDraft[];
  readonly metrics: Series[];
  readonly traces: Span[];
  readonly alerts: AlertDraft[];
  readonly changes: ChangeDraft[];
  readonly journal: JournalDraft[];
  readonly sources: Partial<Record<SourceName, SourceState>>;
  /** Kinds the recorder was not allowed to list. */
  readonly forbiddenKinds: string[];
  /** The question asked when there is no alert. */
  question?: string;
}

export interface NodePlan {
  readonly name: string;
  readonly index: number;
  readonly controlPlane: boolean;
  readonly zone: string;
  readonly address: string;
  created: Millis;
  labels: Record<string, string>;
  taints: { key: string; value?: string; effect: string; timeAdded?: string }[];
  unschedulable: boolean;
  cpu: number;
  memoryGi: number;
  maxPods: number;
  /** Condition overrides by type. */
  conditions: Record<string, { status: string; reason: string; message: string; since: Millis; heartbeat?: Millis }>;
  /** When the kubelet last renewed its Lease; default: seconds ago. */
  lastLease?: Millis;
  extra: Json;
}

export interface NamespacePlan {
  readonly name: string;
  readonly created: Millis;
  labels: Record<string, string>;
  readonly serviceAccounts: {
    name: string;
    created: Millis;
    annotations?: Record<string, string>;
    imagePullSecrets?: string[];
  }[];
}

export interface Revision {
  readonly at: Millis;
  readonly spec: PodSpecJson;
  readonly annotations: Readonly<Record<string, string>>;
}

export interface Workload {
  readonly kind: 'Deployment' | 'StatefulSet' | 'DaemonSet';
  readonly namespace: string;
  readonly name: string;
  readonly selector: Record<string, string>;
  labels: Record<string, string>;
  annotations: Record<string, string>;
  readonly created: Millis;
  manager: string;
  spec: PodSpecJson;
  podLabels: Record<string, string>;
  podAnnotations: Record<string, string>;
  replicas: number;
  /** When the current template was rolled out. */
  changedAt: Millis;
  /** Templates before the current one, oldest first. */
  readonly revisions: Revision[];
  /** Null: every replica is healthy and as old as the template. */
  pods: PodPlan[] | null;
  /** Changes of the replica count alone, oldest first. */
  readonly scales: { readonly from: number; readonly to: number; readonly at: Millis; readonly manager: string }[];
  /** Fields of `spec` beside replicas, selector and template. */
  specExtra: Json;
  /** Replicas the controller could not create, and the answer it got from the API server. */
  refused?: { readonly count: number; readonly message: string; readonly since: Millis; readonly reason?: string };
  /** Why `Progressing` is what it is; default follows the pods. */
  progress?: 'complete' | 'deadline-exceeded' | 'progressing';
  /** Prints nothing when healthy, or what `logs` says. */
  readonly logStyle: LogStyleName;
  readonly claims?: Json[];
}

export type LogStyleName = 'json' | 'logfmt' | 'spring' | 'python' | 'pino' | 'quiet';

export interface PodPlan {
  readonly revision: 'current' | 'previous';
  readonly state: PodState;
  readonly created?: Millis | undefined;
  /** Made when its ReplicaSet was first made, though the revision came back later. */
  readonly survivor?: boolean | undefined;
  readonly node?: string | undefined;
  /** Replaces the log the state would give. */
  readonly logs?: ((pod: { name: string; from: Millis; to: Millis }) => readonly ContainerLog[]) | undefined;
  readonly annotations?: Record<string, string> | undefined;
  readonly labels?: Record<string, string> | undefined;
  /** Distinguishes pods of the same revision and creation time. */
  readonly salt?: string | undefined;
  /** The spec as admission left it, when it differs from the template. */
  readonly mutate?: ((spec: PodSpecJson) => void) | undefined;
}

export interface ContainerLog {
  readonly container: string;
  readonly previous?: boolean;
  readonly lines: readonly string[];
}

export interface ServicePlan {
  readonly namespace: string;
  readonly name: string;
  created: Millis;
  changed?: Millis;
  manager: string;
  labels: Record<string, string>;
  selector: Record<string, string> | null;
  ports: { name: string; port: number; targetPort: number | string; protocol: string }[];
  headless?: boolean;
  type?: 'ClusterIP' | 'NodePort' | 'LoadBalancer' | 'ExternalName';
  /** What its load balancer was given; without it one is still waited for. */
  publicAddress?: string;
  specExtra?: Json;
}

export interface LogDraft extends ContainerLog {
  readonly namespace: string;
  readonly pod: string;
}

export interface AlertDraft {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: Millis;
  /** Null while firing. */
  readonly endsAt: Millis | null;
  readonly generator?: string;
}

export interface ChangeDraft {
  readonly time: Millis;
  readonly kind: string;
  readonly title: string;
  readonly source: string;
  readonly subject?: { readonly kind: string; readonly namespace?: string; readonly name: string };
  readonly actor?: string;
  readonly diff?: unknown;
}

export interface JournalDraft {
  readonly observedAt: Millis;
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: KubeJson;
}

/** A plan with nothing in it. */
export function emptyPlan(scene: Scene): Plan {
  return {
    scene,
    nodes: [],
    namespaces: [],
    workloads: [],
    services: [],
    objects: [],
    events: [],
    logs: [],
    metrics: [],
    traces: [],
    alerts: [],
    changes: [],
    journal: [],
    sources: {},
    forbiddenKinds: [],
  };
}
