import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';
import type { ApiResource, ClusterReader, ListOutcome, ListRequest, LogOutcome, LogRequest } from '../ports/cluster.ts';

export const SERVED: readonly ApiResource[] = [
  resource('v1', 'Pod'),
  resource('v1', 'Event'),
  { ...resource('v1', 'Node'), namespaced: false },
  resource('coordination.k8s.io/v1', 'Lease'),
  resource('events.k8s.io/v1', 'Event'),
];

/** A served kind, for tests. */
export function resource(apiVersion: string, kind: string): ApiResource {
  return { apiVersion, kind, plural: `${kind.toLowerCase()}s`, namespaced: true, verbs: ['list'] };
}

interface Fake {
  readonly served?: readonly ApiResource[];
  readonly failed?: readonly string[];
  readonly list?: (request: ListRequest) => ListOutcome;
  readonly logs?: (request: LogRequest) => LogOutcome;
}

/** A cluster that answers from functions and notes what it was asked, for tests. */
export function fakeCluster({
  served = SERVED,
  failed = [],
  list,
  logs,
}: Fake = {}): ClusterReader & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    name: 'fake',
    version: () => Promise.resolve('v1.34.0'),
    time: () => Promise.resolve(null),
    resources: () => Promise.resolve({ resources: served, failed }),
    list: (request) => {
      asked.push(`${request.resource.apiVersion} ${request.resource.kind} ${request.namespace ?? '*'}`);
      return Promise.resolve(list?.(request) ?? { state: 'read', objects: [], cut: null });
    },
    logs: (request) => {
      asked.push(`log ${request.pod}/${request.container}${request.previous ? ' previous' : ''}`);
      return Promise.resolve(logs?.(request) ?? { state: 'absent', message: 'none' });
    },
    secret: () => Promise.resolve({ state: 'absent', message: 'none' }),
    allowed: () => Promise.resolve(true),
    close: () => Promise.resolve(),
  };
}

/** Lines as a log port streams them; `error` breaks off after the last. */
export async function* linesThen(lines: readonly string[], error?: Error): AsyncGenerator<string> {
  for (const line of lines) yield await Promise.resolve(line);
  if (error) throw error;
}

export interface PodShape {
  readonly namespace?: string;
  readonly owner?: string;
  readonly ready?: boolean;
  readonly restarts?: number;
  readonly state?: object;
}

/** A Pod with one container `app`, for tests. */
export function pod(
  name: string,
  { namespace = 'shop', owner, ready = true, restarts = 0, state = { running: {} } }: PodShape = {},
): KubeObject {
  const ownerReferences = owner
    ? [{ apiVersion: 'apps/v1', kind: 'StatefulSet', name: owner, uid: owner, controller: true }]
    : [];
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, ownerReferences },
    spec: { containers: [{ name: 'app' }] },
    status: {
      phase: 'Running',
      conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }],
      containerStatuses: [{ name: 'app', ready, restartCount: restarts, state }],
    },
  };
}
