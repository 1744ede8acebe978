import type { KubeObject, ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import { parseTime } from '@headwater/core/time.ts';
import { emptyInput, type KindCoverage, type SnapshotInput } from '@headwater/diagnosis/snapshot/input.ts';
import { alertSeries } from './alert-series.ts';
import { appliedObjects, completed, isSelected, mergeApplied, workloadsOf } from './applied.ts';
import { zoneOf } from './clock.ts';
import type { OpsCase } from './dataset.ts';
import { PARSERS } from './kinds.ts';
import { listedKinds, liveObjects, outputsOf } from './live.ts';
import { caseLogs, parseLogs } from './logs.ts';
import { parseMetricsCsv } from './metrics.ts';
import { momentOf } from './moment.ts';
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
  const live = liveObjects(outputs, { quotas, home: opsCase.namespace, now: collected });
  const objects = completed(mergeApplied(live, appliedObjects(opsCase), listed));
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

function textsOf(kubectl: Readonly<Record<string, unknown>>): (readonly [line: string, text: string])[] {
  const texts: (readonly [string, string])[] = [];
  for (const line of Object.keys(kubectl)) {
    const text = kubectl[line];
    if (typeof text === 'string') texts.push([line, text]);
  }
  return texts;
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
