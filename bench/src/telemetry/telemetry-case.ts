import {
  type LogStream,
  type Series,
  type SnapshotInput,
  type Span,
  emptyInput,
} from '@headwater/diagnosis/snapshot/input.ts';
import { parseObject } from '@headwater/contracts/kube/parse.ts';
import { formatTime, MINUTE, type Millis } from '@headwater/core/time.ts';

/** One incident that is known by its telemetry alone, as the metric and trace data sets hold it. */
export interface TelemetryCase {
  readonly id: string;
  /** The kind of fault injected. */
  readonly group: string;
  readonly services: readonly string[];
  /** Pods by their names, where the data set knows them; a service without has one of its own name. */
  readonly pods?: ReadonlyMap<string, string>;
  /** Caller and callee. */
  readonly calls?: readonly (readonly [string, string])[];
  /** When the fault was injected; what is given to methods that need it. */
  readonly injected: Millis;
  readonly now: Millis;
  readonly series: readonly Series[];
  readonly spans: readonly Span[];
  readonly logs: readonly LogStream[];
  /** The service the fault was injected into. */
  readonly truth: string;
  /** The service whose users complained, where the data set says. */
  readonly target?: string;
}

export const NAMESPACE = 'app';

/** The case as a cluster that only shows that its services run: no object tells anything. */
export function telemetryInput(one: TelemetryCase): SnapshotInput {
  const objects = one.services.flatMap((service) => runningService(service, one));
  return {
    ...emptyInput(one.now),
    sources: {
      objects: 'present',
      metrics: one.series.length > 0 ? 'present' : 'absent',
      traces: one.spans.length > 0 ? 'present' : 'absent',
      logs: one.logs.length > 0 ? 'present' : 'absent',
    },
    coverage: ['Deployment', 'ReplicaSet', 'Pod', 'Service', 'Event'].map((kind) => ({ kind, state: 'read' as const })),
    alerts: [
      {
        fingerprint: 'telemetry',
        status: 'firing',
        labels: {
          alertname: 'ServiceDegraded',
          namespace: NAMESPACE,
          ...(one.target ? { service: one.target } : {}),
        },
        annotations: {},
        startsAt: one.injected,
        endsAt: null,
      },
    ],
    objects,
    metrics: [...one.series, ...(one.calls ?? []).map((call) => edgeSeries(call, one))],
    traces: one.spans,
    logs: one.logs,
  };
}

/** The workload series of the engine's own names. */
export function workloadSeries(metric: string, workload: string, samples: Series['samples']): Series {
  return { labels: { __name__: metric, namespace: NAMESPACE, workload, workload_type: 'deployment' }, samples };
}

function edgeSeries([client, server]: readonly [string, string], { injected, now }: TelemetryCase): Series {
  const names = { client, server, client_k8s_namespace_name: NAMESPACE, server_k8s_namespace_name: NAMESPACE };
  const samples = Array.from({ length: 10 }, (_, index) => [injected - (10 - index) * MINUTE, index * 60] as const);
  return {
    labels: { __name__: 'traces_service_graph_request_total', ...names },
    samples: samples.filter(([time]) => time <= now),
  };
}

function runningService(service: string, { pods, now }: TelemetryCase): SnapshotInput['objects'] {
  const created = formatTime(now - 30 * 24 * 60 * MINUTE);
  const labels = { app: service };
  const owned = [...(pods ?? [])].flatMap(([pod, owner]) => (owner === service ? [pod] : []));
  const meta = (name: string): object => ({
    name,
    namespace: NAMESPACE,
    labels,
    creationTimestamp: created,
    uid: `uid-${name}`,
  });
  const template = { metadata: { labels }, spec: { containers: [{ name: 'main', image: `${service}:1` }] } };
  const spec = { replicas: 1, selector: { matchLabels: labels }, template };
  const status = { replicas: 1, readyReplicas: 1, availableReplicas: 1, updatedReplicas: 1, observedGeneration: 1 };
  const controller = (kind: string, name: string): object => ({
    ownerReferences: [{ apiVersion: 'apps/v1', kind, name, uid: `uid-${name}`, controller: true }],
  });
  const values = [
    { apiVersion: 'apps/v1', kind: 'Deployment', metadata: meta(service), spec, status },
    {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: { ...meta(`${service}-rs`), ...controller('Deployment', service) },
      spec,
      status,
    },
    { apiVersion: 'v1', kind: 'Service', metadata: meta(service), spec: { selector: labels, ports: [{ port: 80 }] } },
    ...(owned.length > 0 ? owned : [`${service}-0`]).map((pod) => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { ...meta(pod), ...controller('ReplicaSet', `${service}-rs`) },
      spec: template.spec,
      status: {
        phase: 'Running',
        conditions: [{ type: 'Ready', status: 'True' }],
        containerStatuses: [{ name: 'main', ready: true, restartCount: 0, state: { running: { startedAt: created } } }],
      },
    })),
  ];
  return values.flatMap((value) => parseObject(value).object ?? []);
}
