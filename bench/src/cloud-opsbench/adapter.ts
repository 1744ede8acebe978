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
  const texts = textsOf(opsCase.kubectl ?? {});
  const zone = zoneOf(texts.map(([, text]) => text));
  const tools = opsCase.tools ?? {};
  const stamp = Object.values(tools['collection_timestamp'] ?? {})[0];
  const alert = alertOf(opsCase);
  const collected = parseTime(`${typeof stamp === 'string' ? stamp.slice(0, 19) : ''}${zone}`) ?? 0;
  const outputs = outputsOf(texts);
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
    logs: parseLogs(
      caseLogs(opsCase.logs, tools['GetErrorLogs']),
      opsCase.namespace,
      podsByService(objects, opsCase.namespace),
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

type Text = readonly [line: string, text: string];

function textsOf(kubectl: Readonly<Record<string, unknown>>): Text[] {
  const texts: Text[] = [];
  for (const line of Object.keys(kubectl)) {
    const text = kubectl[line];
    if (typeof text === 'string') texts.push([line, text]);
  }
  return texts;
}

function outputsOf(texts: readonly Text[]): Output[] {
  const outputs: Output[] = [];
  for (const [line, text] of texts) {
    const command = readCommand(line);
    const parser = command ? PARSERS[command.plural] : undefined;
    if (command && parser) outputs.push({ command, parser, text });
  }
  return outputs;
}

interface Reading {
  readonly quotas: readonly unknown[];
  readonly outputs: readonly Output[];
  readonly listed: ReadonlySet<string>;
  readonly now: number;
}

function caseObjects(opsCase: OpsCase, { quotas, outputs, listed, now }: Reading): KubeObject[] {
  const home = opsCase.namespace;
  const live = emptyLive();
  const carried: unknown[] = [];
  for (const object of quotas) keepFirst(live, object);
  for (const { command, parser, text } of outputs) {
    const found = command.verb === 'describe' ? described(text, { parser, home, now, carried }) : printedObjects(text);
    for (const object of found) keepFirst(live, object);
  }
  for (const { command, parser, text } of outputs) {
    if (command.verb === 'describe') continue;
    const context = {
      namespace: command.namespace ?? home,
      now,
      isKnown: (name: string, namespace = '') => namesIn(live, parser.kind, namespace).has(name),
    };
    for (const object of objectsFromTable(parser.kind, text, context)) keepFirst(live, object);
  }
  // A Node's describe also lists Pods that were described in full, and a table shows less than a describe.
  for (const object of carried) keepFirst(live, object);
  const parsed: KubeObject[] = [];
  for (const value of live.objects) {
    const { object } = parseObject(value);
    if (object) parsed.push(object);
  }
  return countReady(completePods(mergeApplied(parsed, appliedObjects(opsCase), listed)));
}

/** Objects in the order they came, and the names among them by kind and namespace. */
interface Live {
  readonly objects: unknown[];
  readonly names: Map<string, Map<string, Set<string>>>;
}

function emptyLive(): Live {
  return { objects: [], names: new Map() };
}

function namesIn({ names }: Live, kind: string, namespace: string): Set<string> {
  let spaces = names.get(kind);
  if (!spaces) names.set(kind, (spaces = new Map()));
  let found = spaces.get(namespace);
  if (!found) spaces.set(namespace, (found = new Set()));
  return found;
}

function keepFirst(live: Live, object: unknown): void {
  const { kind, metadata } = object as KubeObject;
  const names = namesIn(live, kind, metadata.namespace ?? '');
  if (names.has(metadata.name)) return;
  names.add(metadata.name);
  live.objects.push(object);
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
  /** Takes the Pods that a Node's describe lists. */
  readonly carried: unknown[];
}

function described(text: string, { parser, home, now, carried }: DescribeContext): unknown[] {
  const objects: unknown[] = [];
  for (const part of describedParts(text)) {
    const { root, events } = parseDescribe(part);
    const name = valueOf(root, 'Name');
    if (!name) continue;
    const namespace = parser.namespaced ? (valueOf(root, 'Namespace') ?? home) : undefined;
    const about = { kind: parser.kind, name, ...(namespace ? { namespace } : {}) };
    objects.push({
      apiVersion: parser.apiVersion,
      kind: parser.kind,
      metadata: { name, ...(namespace ? { namespace } : {}), ...parseMetadata(root) },
      ...parser.parse(root, now),
      ...(parser.kind === 'ConfigMap' ? { data: parseConfigData(part) } : {}),
    });
    objects.push(...parseEvents(events, about, now));
    if (parser.kind !== 'Node') continue;
    const lease = leaseOf(root, name);
    if (lease) objects.push(lease);
    carried.push(...carriedPods(root, name, now));
  }
  return objects;
}

/** Kinds of which a whole list was read: what is not in it does not exist. */
function listedKinds(outputs: readonly Output[]): ReadonlySet<string> {
  const whole = outputs.filter(({ command, text }) => command.verb === 'get' && command.isWhole && !isRefusal(text));
  return new Set(whole.map(({ parser }) => parser.kind));
}

function isRefusal(text: string): boolean {
  return /^(?:error\b|Error from server|Unable to connect)/i.test(text.trim()) && !/NotFound|not found/.test(text);
}

// Describe leaves affinity, security context and more out of a Pod; its workload's template says them.
function completePods(objects: readonly KubeObject[]): KubeObject[] {
  const workloads = workloadsOf(objects);
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

function workloadsOf(objects: readonly KubeObject[]): ObjectOf<'Deployment'>[] {
  return objects.filter(
    (object): object is ObjectOf<'Deployment'> =>
      object.kind === 'Deployment' || object.kind === 'StatefulSet' || object.kind === 'DaemonSet',
  );
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
function mergeApplied(
  live: readonly KubeObject[],
  applied: readonly KubeObject[],
  listed: ReadonlySet<string>,
): KubeObject[] {
  const byKind = Map.groupBy(applied, ({ kind }) => kind);
  const manifestOf = ({ kind, metadata }: KubeObject): KubeObject | undefined =>
    byKind.get(kind)?.findLast((manifest) => manifest.metadata.name === metadata.name);
  const known = new Set<KubeObject | undefined>();
  const merged = live.map((object) => {
    const manifest = manifestOf(object);
    known.add(manifest);
    return manifest ? overlay(manifest, object) : object;
  });
  for (const object of applied) if (!listed.has(object.kind) && !known.has(manifestOf(object))) merged.push(object);
  return merged;
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

function podsByService(
  objects: readonly KubeObject[],
  namespace: string,
): (service: string) => { name: string; containers: string[] } | undefined {
  const pods = objects.filter(
    (object): object is ObjectOf<'Pod'> => object.kind === 'Pod' && object.metadata.namespace === namespace,
  );
  const workloads = workloadsOf(objects);
  const services = objects.filter((object): object is ObjectOf<'Service'> => object.kind === 'Service');
  return (service) => {
    const isIt = ({ metadata }: KubeObject): boolean => metadata.name === service;
    const labels = workloads.find(isIt)?.spec?.selector?.matchLabels ?? services.find(isIt)?.spec?.selector ?? {};
    const own = pods.filter(({ metadata }) => isSelected(metadata.labels ?? {}, labels));
    // A log may be kept under the name of its Pod; and a Pod that ails speaks of the fault before its healthy twin.
    const pod =
      own.find(({ status }) => status?.containerStatuses?.some(({ ready }) => ready === false)) ??
      own[0] ??
      pods.find(isIt) ??
      pods.find(({ metadata }) => metadata.name.startsWith(`${service}-`));
    return pod
      ? { name: pod.metadata.name, containers: (pod.spec?.containers ?? []).map(({ name }) => name) }
      : undefined;
  };
}
