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
import { type Command, describedParts, printedObjects, readCommand } from './kubectl.ts';
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
  const texts = Object.entries(opsCase.kubectl ?? {}).filter(([, text]) => typeof text === 'string');
  const zone = zoneOf(texts.map(([, text]) => text));
  const tools = opsCase.tools ?? {};
  const stamp = Object.values(tools['collection_timestamp'] ?? {})[0];
  const alert = alertOf(opsCase);
  const collected = parseTime(`${typeof stamp === 'string' ? stamp.slice(0, 19) : ''}${zone}`) ?? 0;
  const outputs = texts.flatMap(([line, text]) => outputOf(line, text) ?? []);
  const listed = listedKinds(outputs);
  const quotas = quotaFromTable(texts, opsCase.namespace);
  const objects = caseObjects(opsCase, { quotas, outputs, listed, now: collected });
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
    coverage: coverageOf(listed, opsCase.namespace),
    objects,
    logs: parseLogs(caseLogs(opsCase.logs, tools['GetErrorLogs']), opsCase.namespace, (service) =>
      podOfService(objects, opsCase.namespace, service),
    ),
    metrics,
  };
}

/** The text of one command that was understood. */
interface Output {
  readonly command: Command;
  readonly parser: (typeof PARSERS)[string];
  readonly text: string;
}

function outputOf(line: string, text: string): Output | null {
  const command = readCommand(line);
  const parser = command ? PARSERS[command.plural] : undefined;
  return command && parser ? { command, parser, text } : null;
}

interface Reading {
  readonly quotas: readonly unknown[];
  readonly outputs: readonly Output[];
  readonly listed: ReadonlySet<string>;
  readonly now: number;
}

function caseObjects(opsCase: OpsCase, { quotas, outputs, listed, now }: Reading): KubeObject[] {
  const home = opsCase.namespace;
  const raw = [...quotas];
  for (const { command, parser, text } of outputs)
    raw.push(...(command.verb === 'describe' ? described(text, { parser, home, now }) : printedObjects(text)));
  // A Node's describe also lists Pods that were described in full, and a table shows less than a describe.
  const live = new Map<string, unknown>();
  for (const object of raw) if (!isPlaceholder(object)) keepFirst(live, object);
  for (const { command, parser, text } of outputs) {
    if (command.verb === 'describe') continue;
    const context = {
      namespace: command.namespace ?? home,
      now,
      isKnown: (metadata: Named) => live.has(keyOf(parser.kind, metadata)),
    };
    for (const object of objectsFromTable(parser.kind, text, context)) keepFirst(live, object);
  }
  for (const object of raw) if (isPlaceholder(object)) keepFirst(live, object);
  const parsed = [...live.values()].flatMap((value) => parseObject(value).object ?? []);
  return countReady(completePods(mergeApplied(parsed, appliedObjects(opsCase), listed)));
}

function keepFirst(live: Map<string, unknown>, object: unknown): void {
  const { kind, metadata } = object as KubeObject;
  const key = keyOf(kind, metadata);
  if (!live.has(key)) live.set(key, object);
}

type Named = Pick<KubeObject['metadata'], 'name' | 'namespace'>;

function keyOf(kind: string, { name, namespace }: Named): string {
  return `${kind}/${namespace ?? ''}/${name}`;
}

function isPlaceholder(object: unknown): boolean {
  const { kind, spec } = object as ObjectOf<'Pod'>;
  return kind === 'Pod' && spec?.containers?.[0]?.name === 'unknown';
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
function listedKinds(outputs: readonly Output[]): ReadonlySet<string> {
  const whole = outputs.filter(
    ({ command, text }) => command.verb === 'get' && command.name === null && !command.partial && !isRefusal(text),
  );
  return new Set(whole.map(({ parser }) => parser.kind));
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
  const nameOf = ({ kind, metadata }: KubeObject): string => `${kind}/${metadata.name}`;
  const byName = new Map(applied.map((object) => [nameOf(object), object]));
  const known = new Set(live.map(nameOf));
  const unread = applied.filter((object) => !listed.has(object.kind) && !known.has(nameOf(object)));
  return [
    ...live.map((object) => {
      const manifest = byName.get(nameOf(object));
      return manifest ? overlay(manifest, object) : object;
    }),
    ...unread,
  ];
}

function coverageOf(listed: ReadonlySet<string>, namespace: string): KindCoverage[] {
  const parsers = new Map(Object.values(PARSERS).map((parser) => [parser.kind, parser]));
  return [...parsers.values()]
    .filter(({ kind }) => listed.has(kind))
    .map(({ kind, namespaced }) => ({
      kind,
      ...(namespaced ? { namespace } : {}),
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
