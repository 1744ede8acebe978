import { parseObject } from '@headwater/contracts/kube/parse.ts';
import type { KubeObject, ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import { matchesLabels } from '@headwater/core/kube/selector.ts';
import { parseTime } from '@headwater/core/time.ts';
import { emptyInput, type KindCoverage, type SnapshotInput } from '@headwater/diagnosis/snapshot/input.ts';
import { alertSeries } from './alert-series.ts';
import { zoneOf } from './clock.ts';
import { parseConfigData } from './config-data.ts';
import type { OpsCase } from './dataset.ts';
import { parseDescribe } from './describe.ts';
import { parseEvents } from './events.ts';
import { carriedPods, leaseOf, PARSERS, parseMetadata } from './kinds.ts';
import { parseLogs } from './logs.ts';
import { parseManifests } from './manifests.ts';
import { parseMetricsCsv } from './metrics.ts';
import { momentOf } from './moment.ts';
import { overlay } from './overlay.ts';
import { quotaFromTable } from './tables.ts';
import { connectivitySeries, nodeServiceSeries, serviceGraphSeries } from './tools.ts';

/** A case's text as the engine's input: what an agent could read through its tools, and nothing of the truth. */
export function caseInput(opsCase: OpsCase): SnapshotInput {
  const texts = Object.values(opsCase.kubectl ?? {});
  const zone = zoneOf(texts);
  const stamp = Object.values(opsCase.tools['collection_timestamp'] ?? {})[0];
  const collected = parseTime(`${typeof stamp === 'string' ? stamp.slice(0, 19) : ''}${zone}`) ?? 0;
  const objects = caseObjects(opsCase, collected);
  const nodes = new Set(objects.filter(({ kind }) => kind === 'Node').map(({ metadata }) => metadata.name));
  const table = opsCase.metricsCsv
    ? parseMetricsCsv(opsCase.metricsCsv, { namespace: opsCase.namespace, nodes, zone })
    : alertSeries(opsCase.alert, opsCase.namespace, zone);
  const now = momentOf(opsCase, collected, table, zone);
  const metrics = [
    ...nodeServiceSeries(opsCase.tools['CheckNodeServiceStatus'], now),
    ...connectivitySeries(opsCase.tools['CheckServiceConnectivity'], opsCase.namespace, now),
    ...serviceGraphSeries(opsCase.tools, opsCase.namespace, now),
    ...table,
  ];
  return {
    ...emptyInput(now),
    cluster: { name: 'cloud-opsbench' },
    question: opsCase.query,
    namespaces: [opsCase.namespace],
    sources: {
      objects: 'present',
      logs: 'present',
      metrics: table.length > 0 ? 'present' : 'absent',
      traces: 'absent',
    },
    coverage: coverageOf(opsCase),
    objects,
    logs: parseLogs(opsCase.logs, opsCase.namespace, (service) => podOfService(objects, opsCase.namespace, service)),
    metrics,
  };
}

function caseObjects(opsCase: OpsCase, now: number): KubeObject[] {
  const raw: unknown[] = quotaFromTable(opsCase);
  for (const [command, text] of Object.entries(opsCase.kubectl ?? {})) {
    const match = /^kubectl describe (\w+) (\S+)/.exec(command);
    const parser = PARSERS[match?.[1] ?? ''];
    const name = match?.[2];
    if (!parser || !name || !/^Name:/m.test(text)) continue;
    const { root, events } = parseDescribe(text);
    const namespace = parser.namespaced ? opsCase.namespace : undefined;
    const about = { kind: parser.kind, name, ...(namespace ? { namespace } : {}) };
    raw.push({
      apiVersion: parser.apiVersion,
      kind: parser.kind,
      metadata: { name, ...(namespace ? { namespace } : {}), ...parseMetadata(root) },
      ...parser.parse(root, now),
      ...(parser.kind === 'ConfigMap' ? { data: parseConfigData(text) } : {}),
    });
    raw.push(...parseEvents(events, about, now));
    if (parser.kind === 'Node') raw.push(leaseOf(root, name), ...carriedPods(root, name, now));
  }
  const parsed = dropShadows(raw).flatMap((value) => parseObject(value).object ?? []);
  return completePods(mergeApplied(parsed, appliedObjects(opsCase)));
}

// Describe leaves affinity, security context and more out of a Pod; its workload's template says them.
function completePods(objects: readonly KubeObject[]): KubeObject[] {
  const workloads = objects.filter((object): object is ObjectOf<'Deployment'> =>
    ['Deployment', 'StatefulSet', 'DaemonSet'].includes(object.kind),
  );
  return objects.map((object) => {
    const labels = object.metadata.labels ?? {};
    const owner =
      object.kind === 'Pod'
        ? workloads.find(
            ({ metadata, spec }) =>
              metadata.namespace === object.metadata.namespace && isSelected(labels, spec?.selector?.matchLabels ?? {}),
          )
        : undefined;
    const template = owner?.spec?.template?.spec;
    return template ? overlay({ ...object, spec: template }, object) : object;
  });
}

function isSelected(labels: Record<string, string>, selector: Record<string, string>): boolean {
  return Object.keys(selector).length > 0 && matchesLabels(labels, selector);
}

// A Node's describe also lists Pods that were described in full.
function dropShadows(objects: readonly unknown[]): unknown[] {
  const seen = new Set<string>();
  const described = [...objects].sort((left, right) => weight(right) - weight(left));
  return described.filter((object) => {
    const { kind, metadata } = object as KubeObject;
    const key = `${kind}/${metadata.namespace ?? ''}/${metadata.name}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function weight(object: unknown): number {
  const { kind, spec } = object as ObjectOf<'Pod'>;
  return kind === 'Pod' && spec?.containers?.[0]?.name === 'unknown' ? 0 : 1;
}

/** The manifests the cluster was given: they hold what describe leaves out (affinity, security context, claims). */
function appliedObjects(opsCase: OpsCase): KubeObject[] {
  return Object.values(opsCase.tools['GetAppYAML'] ?? {}).flatMap((text) =>
    typeof text === 'string'
      ? parseManifests(text).flatMap(
          (document) => parseObject(normaliseNamespace(document, opsCase.namespace)).object ?? [],
        )
      : [],
  );
}

function normaliseNamespace(value: unknown, namespace: string): unknown {
  const { kind, metadata } = (value ?? {}) as { kind?: string; metadata?: Record<string, unknown> };
  const clusterScoped = kind === 'PersistentVolume' || kind === 'StorageClass' || kind === 'Namespace';
  return metadata && !clusterScoped ? { ...(value as object), metadata: { ...metadata, namespace } } : value;
}

// What was read live wins; a manifest only adds fields, and only to objects that exist: an applied Service that a quota
// refused must stay missing.
function mergeApplied(live: KubeObject[], applied: readonly KubeObject[]): KubeObject[] {
  const byKey = new Map(applied.map((object) => [`${object.kind}/${object.metadata.name}`, object]));
  return live.map((object) => {
    const manifest = byKey.get(`${object.kind}/${object.metadata.name}`);
    return manifest ? overlay(manifest, object) : object;
  });
}

function coverageOf(opsCase: OpsCase): KindCoverage[] {
  const covered = new Map<string, KindCoverage>();
  for (const command of Object.keys(opsCase.kubectl ?? {})) {
    const plural = /^kubectl get (\w+) -n \S+$/.exec(command)?.[1] ?? '';
    const parser = PARSERS[plural];
    if (parser)
      covered.set(parser.kind, {
        kind: parser.kind,
        ...(parser.namespaced ? { namespace: opsCase.namespace } : {}),
        state: 'read',
      });
  }
  return [...covered.values()];
}

function podOfService(
  objects: readonly KubeObject[],
  namespace: string,
  service: string,
): { name: string; containers: string[] } | undefined {
  const workload = objects.find(
    (object): object is ObjectOf<'Deployment'> =>
      ['Deployment', 'StatefulSet'].includes(object.kind) && object.metadata.name === service,
  );
  const labels = workload?.spec?.selector?.matchLabels ?? {};
  if (Object.keys(labels).length === 0) return undefined;
  const pod = objects.find(
    (object): object is ObjectOf<'Pod'> =>
      object.kind === 'Pod' &&
      object.metadata.namespace === namespace &&
      matchesLabels(object.metadata.labels ?? {}, labels),
  );
  return pod
    ? { name: pod.metadata.name, containers: (pod.spec?.containers ?? []).map(({ name }) => name) }
    : undefined;
}
