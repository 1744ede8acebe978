import { type Millis, SECOND } from '@headwater/core/time.ts';
import type { EventDraft } from './events.ts';
import type { Json, KubeJson } from './json.ts';
import { metadata, type MetaOptions } from './metadata.ts';
import type { ContainerLog, NodePlan } from './plan.ts';
import type { ContainerJson, PodSpecJson } from './pod-spec.ts';
import { type Scene, stamp } from './scene.ts';

/** What is fixed about a pod before its state is decided. */
export interface PodFrame {
  readonly scene: Scene;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly created: Millis;
  readonly spec: PodSpecJson;
  /** Where the scheduler would put it. */
  readonly node: NodePlan;
  readonly ip: string;
  readonly workload: string;
}

export interface PodCondition {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly since: Millis;
  readonly reason?: string | undefined;
  readonly message?: string | undefined;
}

/** A pod's status and what its life left behind. */
export interface PodOutcome {
  readonly phase: 'Pending' | 'Running' | 'Succeeded' | 'Failed';
  readonly scheduled: boolean;
  /** Whether the kubelet of its node has taken it up. */
  readonly accepted: boolean;
  readonly hasAddress: boolean;
  readonly ready: boolean;
  readonly conditions: readonly PodCondition[];
  readonly containers: readonly Json[];
  readonly initContainers?: readonly Json[];
  readonly reason?: string;
  readonly message?: string;
  readonly deleted?: { readonly at: Millis; readonly graceSeconds: number };
  readonly finalizers?: readonly string[];
  readonly events: readonly EventDraft[];
  readonly logs: readonly ContainerLog[];
}

/** Decides what became of a pod. */
export type PodState = (frame: PodFrame) => PodOutcome;

/** The pod object of a frame and its outcome. */
export function renderPod(frame: PodFrame, outcome: PodOutcome, meta: Omit<MetaOptions, 'created'>): KubeJson {
  const { scene, namespace, name, created } = frame;
  const identity = { apiVersion: 'v1', kind: 'Pod', namespace, name };
  const observed = scene.cluster.version >= 'v1.34' ? 1 : undefined;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: metadata(scene, identity, {
      ...meta,
      created,
      generation: observed,
      changed: Math.max(created, ...outcome.conditions.map(({ since }) => since)),
      ...(outcome.deleted ? { deleted: outcome.deleted } : {}),
      ...(outcome.finalizers ? { finalizers: outcome.finalizers } : {}),
    }),
    spec: admittedSpec(frame, outcome),
    status: statusOf(frame, outcome, observed),
  };
}

function statusOf(frame: PodFrame, outcome: PodOutcome, observedGeneration: number | undefined): Json {
  const { node, ip } = frame;
  const accepted = outcome.accepted;
  return {
    conditions: outcome.conditions.map((condition) => conditionJson(condition, observedGeneration)),
    containerStatuses: accepted && outcome.containers.length > 0 ? outcome.containers : undefined,
    hostIP: accepted ? node.address : undefined,
    hostIPs: accepted ? [{ ip: node.address }] : undefined,
    initContainerStatuses: accepted ? outcome.initContainers : undefined,
    message: outcome.message,
    observedGeneration: accepted ? observedGeneration : undefined,
    phase: outcome.phase,
    podIP: outcome.hasAddress ? ip : undefined,
    podIPs: outcome.hasAddress ? [{ ip }] : undefined,
    qosClass: qosOf(frame.spec),
    reason: outcome.reason,
    startTime: accepted ? stamp(frame.created + SECOND) : undefined,
  };
}

function conditionJson(condition: PodCondition, observedGeneration: number | undefined): Json {
  return {
    lastProbeTime: null,
    lastTransitionTime: stamp(condition.since),
    message: condition.message,
    observedGeneration,
    reason: condition.reason,
    status: condition.status,
    type: condition.type,
  };
}

const TOKEN_MOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

// What the ServiceAccount and DefaultTolerationSeconds admission plugins add to every pod.
function admittedSpec(frame: PodFrame, outcome: PodOutcome): Json {
  const { spec, scene } = frame;
  const volume = `kube-api-access-${scene.random.suffix(`token/${frame.uid}`, 5)}`;
  const automount = spec['automountServiceAccountToken'] !== false;
  const mount = { mountPath: TOKEN_MOUNT, name: volume, readOnly: true };
  const withToken = (container: ContainerJson): ContainerJson =>
    automount ? { ...container, volumeMounts: [...(container.volumeMounts ?? []), mount] } : container;
  return {
    ...spec,
    containers: spec.containers.map(withToken),
    enableServiceLinks: true,
    initContainers: spec.initContainers?.map(withToken),
    nodeName: outcome.scheduled ? frame.node.name : spec['nodeName'],
    preemptionPolicy: 'PreemptLowerPriority',
    priority: spec['priority'] ?? 0,
    serviceAccount: spec.serviceAccountName ?? 'default',
    serviceAccountName: spec.serviceAccountName ?? 'default',
    tolerations: [...(spec.tolerations ?? []), ...DEFAULT_TOLERATIONS],
    volumes: automount ? [...(spec.volumes ?? []), { name: volume, projected: TOKEN_SOURCES }] : spec.volumes,
  };
}

const DEFAULT_TOLERATIONS: readonly Json[] = ['not-ready', 'unreachable'].map((name) => ({
  effect: 'NoExecute',
  key: `node.kubernetes.io/${name}`,
  operator: 'Exists',
  tolerationSeconds: 300,
}));

const TOKEN_SOURCES: Json = {
  defaultMode: 420,
  sources: [
    { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
    { configMap: { items: [{ key: 'ca.crt', path: 'ca.crt' }], name: 'kube-root-ca.crt' } },
    {
      downwardAPI: { items: [{ fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' }, path: 'namespace' }] },
    },
  ],
};

function qosOf(spec: PodSpecJson): string {
  const all = [...spec.containers, ...(spec.initContainers ?? [])].map(({ resources }) => resources);
  if (all.every(({ limits, requests }) => !limits && !requests)) return 'BestEffort';
  const guaranteed = all.every(({ limits, requests }) => {
    const { cpu, memory } = limits ?? {};
    return cpu && memory && (requests?.['cpu'] ?? cpu) === cpu && (requests?.['memory'] ?? memory) === memory;
  });
  return guaranteed ? 'Guaranteed' : 'Burstable';
}
