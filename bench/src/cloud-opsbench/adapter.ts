import { parseObject } from '@headwater/contracts/kube/parse.ts';
import type { KubeObject, ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import { matchesLabels } from '@headwater/core/kube/selector.ts';
import { parseTime } from '@headwater/core/time.ts';
import { emptyInput, type KindCoverage, type SnapshotInput } from '@headwater/diagnosis/snapshot/input.ts';
import { alertSeries } from './alert-series.ts';
import { zoneOf } from './clock.ts';
import { parseConfigData } from './config-data.ts';
import type { OpsCase } from './dataset.ts';
import { parseDescribe, valueOf } from './describe.ts';
import { parseEvents } from './events.ts';
import { describedParts, printedObjects, readCommand } from './kubectl.ts';
import { objectsFromTable } from './table-objects.ts';
import { carriedPods, leaseOf, PARSERS, parseMetadata } from './kinds.ts';
import { caseLogs, parseLogs } from './logs.ts';
import { parseManifests } from './manifests.ts';
import { parseMetricsCsv } from './metrics.ts';
import { momentOf } from './moment.ts';
import { overlay } from './overlay.ts';
import { quotaFromTable } from './tables.ts';
import { connectivitySeries, nodeServiceSeries, serviceGraphSeries } from './tools.ts';

/** A case's text as the engine's input: what an agent could read through its tools, and nothing of the truth. */
export function caseInput(opsCase: OpsCase): SnapshotInput {
  const zone = zoneOf(outputsOf(opsCase).map(([, text]) => text));
  const tools = opsCase.tools ?? {};
  const stamp = Object.values(tools['collection_timestamp'] ?? {})[0];
  const alert = alertOf(opsCase);
  const collected = parseTime(`${typeof stamp === 'string' ? stamp.slice(0, 19) : ''}${zone}`) ?? 0;
  const objects = caseObjects(opsCase, collected);
  const nodes = new Set(objects.filter(({ kind }) => kind === 'Node').map(({ metadata }) => metadata.name));
  const table =
    typeof opsCase.metricsCsv === 'string' && opsCase.metricsCsv !== ''
      ? parseMetricsCsv(opsCase.metricsCsv, {
          namespace: opsCase.namespace,
          nodes,
          zone,
          data: dataServices(tools['GetServiceDependencies'], objects),
        })
      : alertSeries(alert, opsCase.namespace, zone);
  const now = momentOf({ alert }, collected, table, zone);
  const metrics = [
    ...nodeServiceSeries(tools['CheckNodeServiceStatus'], now),
    ...connectivitySeries(tools['CheckServiceConnectivity'], opsCase.namespace, now),
    ...serviceGraphSeries(tools, opsCase.namespace, now),
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
    logs: parseLogs(caseLogs(opsCase.logs, tools['GetErrorLogs']), opsCase.namespace, (service) =>
      podOfService(objects, opsCase.namespace, service),
    ),
    metrics,
  };
}

function caseObjects(opsCase: OpsCase, now: number): KubeObject[] {
  const raw: unknown[] = quotaFromTable(opsCase);
  const listed: unknown[] = [];
  for (const [line, text] of outputsOf(opsCase)) {
    const command = readCommand(line);
    const parser = PARSERS[command?.plural ?? ''];
    if (!command || !parser) continue;
    const { kind } = parser;
    if (command.verb === 'describe') raw.push(...described(text, { parser, home: opsCase.namespace, now }));
    else {
      raw.push(...printedObjects(text));
      listed.push(...objectsFromTable(kind, text, { namespace: command.namespace ?? opsCase.namespace, now }));
    }
  }
  const live = dropShadows([...dropShadows(raw), ...listed]);
  const parsed = live.flatMap((value) => parseObject(value).object ?? []);
  return countReady(completePods(mergeApplied(parsed, appliedObjects(opsCase), readKinds(opsCase))));
}

/** What the dependency trees mark as data services, and whatever keeps state. */
function dataServices(
  trees: Readonly<Record<string, unknown>> | undefined,
  objects: readonly KubeObject[],
): Set<string> {
  const marked = Object.values(trees ?? {}).flatMap((tree) =>
    [...String(tree).matchAll(/([\w.-]+)[ \t]+<--[ \t]*\(/g)].map(([, name = '']) => name),
  );
  const stateful = objects.filter(({ kind }) => kind === 'StatefulSet').map(({ metadata }) => metadata.name);
  return new Set([...marked, ...stateful]);
}

/** What the alert file holds, else what the tool for alerts answered. */
function alertOf({ alert, tools }: OpsCase): unknown {
  const isGiven = alert !== null && typeof alert === 'object' && Object.keys(alert).length > 0;
  return isGiven ? alert : (Object.values(tools?.['GetAlerts'] ?? {})[0] ?? alert);
}

function outputsOf(opsCase: OpsCase): [string, string][] {
  return Object.entries(opsCase.kubectl ?? {}).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
}

interface DescribeContext {
  readonly parser: (typeof PARSERS)[string];
  readonly home: string;
  readonly now: number;
}

function described(text: string, { parser, home, now }: DescribeContext): unknown[] {
  return describedParts(text).flatMap((part) => {
    const { root, events } = parseDescribe(part);
    const name = valueOf(root, 'Name');
    if (!name) return [];
    const namespace = parser.namespaced ? (valueOf(root, 'Namespace') ?? home) : undefined;
    const about = { kind: parser.kind, name, ...(namespace ? { namespace } : {}) };
    return [
      {
        apiVersion: parser.apiVersion,
        kind: parser.kind,
        metadata: { name, ...(namespace ? { namespace } : {}), ...parseMetadata(root) },
        ...parser.parse(root, now),
        ...(parser.kind === 'ConfigMap' ? { data: parseConfigData(part) } : {}),
      },
      ...parseEvents(events, about, now),
      ...(parser.kind === 'Node' ? [leaseOf(root, name), ...carriedPods(root, name, now)] : []),
    ].filter((object) => object !== null);
  });
}

/** Kinds of which a whole list was read: what is not in it does not exist. */
function readKinds(opsCase: OpsCase): ReadonlySet<string> {
  return new Set(
    outputsOf(opsCase).flatMap(([line, text]) => {
      const command = readCommand(line);
      const whole = command?.verb === 'get' && command.name === null && !command.partial && !isRefusal(text);
      return whole ? [PARSERS[command.plural]?.kind ?? ''] : [];
    }),
  );
}

function isRefusal(text: string): boolean {
  return /^(?:error\b|Error from server|Unable to connect)/i.test(text.trim()) && !/NotFound|not found/.test(text);
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

/** The Ready Pods of each set, where its Pods are known: describe only counts the running ones. */
function countReady(objects: readonly KubeObject[]): KubeObject[] {
  const pods = objects.filter((object): object is ObjectOf<'Pod'> => object.kind === 'Pod');
  return objects.map((object) => {
    if (object.kind !== 'StatefulSet' && object.kind !== 'ReplicaSet') return object;
    const { spec, status, metadata } = object as ObjectOf<'ReplicaSet'>;
    const own = pods.filter(
      (pod) =>
        pod.metadata.namespace === metadata.namespace &&
        isSelected(pod.metadata.labels ?? {}, spec?.selector?.matchLabels ?? {}),
    );
    if (own.length === 0) return object;
    const ready = own.filter((pod) =>
      pod.status?.conditions?.some(({ type, status: holds }) => type === 'Ready' && holds === 'True'),
    ).length;
    return { ...object, status: { ...status, readyReplicas: ready, availableReplicas: ready } };
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
  return Object.values(opsCase.tools?.['GetAppYAML'] ?? {}).flatMap((text) =>
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
function mergeApplied(live: KubeObject[], applied: readonly KubeObject[], listed: ReadonlySet<string>): KubeObject[] {
  const keyOf = ({ kind, metadata }: KubeObject): string => `${kind}/${metadata.name}`;
  const byKey = new Map(applied.map((object) => [keyOf(object), object]));
  const known = new Set(live.map(keyOf));
  const unread = applied.filter((object) => !listed.has(object.kind) && !known.has(keyOf(object)));
  return [
    ...live.map((object) => {
      const manifest = byKey.get(keyOf(object));
      return manifest ? overlay(manifest, object) : object;
    }),
    ...unread,
  ];
}

function coverageOf(opsCase: OpsCase): KindCoverage[] {
  const listed = readKinds(opsCase);
  const parsers = new Map(Object.values(PARSERS).map((parser) => [parser.kind, parser]));
  return [...parsers.values()]
    .filter(({ kind }) => listed.has(kind))
    .map(({ kind, namespaced }) => ({
      kind,
      ...(namespaced ? { namespace: opsCase.namespace } : {}),
      state: 'read',
    }));
}

function podOfService(
  objects: readonly KubeObject[],
  namespace: string,
  service: string,
): { name: string; containers: string[] } | undefined {
  const pods = objects.filter(
    (object): object is ObjectOf<'Pod'> => object.kind === 'Pod' && object.metadata.namespace === namespace,
  );
  const workload = objects.find(
    (object): object is ObjectOf<'Deployment'> =>
      ['Deployment', 'StatefulSet', 'DaemonSet'].includes(object.kind) && object.metadata.name === service,
  );
  const selected = objects.find(
    (object): object is ObjectOf<'Service'> => object.kind === 'Service' && object.metadata.name === service,
  );
  const labels = workload?.spec?.selector?.matchLabels ?? selected?.spec?.selector ?? {};
  const own = pods.filter(({ metadata }) => isSelected(metadata.labels ?? {}, labels));
  // A log may be kept under the name of its Pod; and a Pod that ails speaks of the fault before its healthy twin.
  const pod =
    own.find(({ status }) => status?.containerStatuses?.some(({ ready }) => ready === false)) ??
    own[0] ??
    pods.find(({ metadata }) => metadata.name === service) ??
    pods.find(({ metadata }) => metadata.name.startsWith(`${service}-`));
  return pod
    ? { name: pod.metadata.name, containers: (pod.spec?.containers ?? []).map(({ name }) => name) }
    : undefined;
}
