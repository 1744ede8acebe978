import { stringify } from 'yaml';
import { parseObject } from '@headwater/contracts/kube/parse.ts';
import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';
import type { OpsCase } from '../dataset.ts';
import { PARSERS } from '../kinds.ts';
import { getTable } from './get-text.ts';
import { nodeLines } from './node-text.ts';
import { describeLines } from './object-text.ts';
import { podName, renderSite } from './render.ts';
import type { App, Raw, Site } from './site.ts';
import { aligned } from './tabs.ts';
import { age, type Zone } from './times.ts';

/** How a case lays out its logs. */
export type LogLayout = 'lines' | 'suffixed' | 'parts';

export interface PrintOptions {
  readonly zone: Zone;
  readonly logs: LogLayout;
  /** Whether each line begins with the time the runtime wrote it. */
  readonly stamped?: boolean;
  readonly truth: OpsCase['result'];
  readonly id: string;
}

/** A made site as the tools of the data set print one. */
export function printCase(site: Site, options: PrintOptions): OpsCase {
  const raws = renderSite(site);
  const objects = raws.flatMap((raw) => parseObject(raw).object ?? []);
  return {
    id: options.id,
    namespace: site.namespace,
    query: 'Service availability disruption.',
    result: options.truth,
    kubectl: kubectlOf(site, objects, options.zone),
    tools: toolsOf(site, raws, options),
    alert: site.alert,
    logs: printLogs(site, options),
    metricsCsv: site.metricsCsv,
  };
}

function pluralOf(kind: string): string {
  return Object.entries(PARSERS).find(([, parser]) => parser.kind === kind)?.[0] ?? `${kind.toLowerCase()}s`;
}

function kubectlOf(site: Site, objects: readonly KubeObject[], zone: Zone): Record<string, string> {
  const { namespace, now } = site;
  const printed: Record<string, string> = {};
  for (const [plural, { kind }] of Object.entries(PARSERS)) {
    const listed = objects.filter((object) => object.kind === kind);
    printed[`kubectl get ${plural} -n ${namespace}`] =
      listed.length > 0 ? `${getTable(listed, { now, wide: false })}\n` : '';
    printed[`kubectl get ${plural} -n ${namespace} -o wide`] =
      listed.length > 0 ? `${getTable(listed, { now, wide: true })}\n` : '';
  }
  for (const object of objects) {
    const lines = object.kind === 'Node' ? nodeLines(object, objects, { zone, now }) : describeLines(object, zone);
    if (!lines) continue;
    const text = aligned([...lines, ...eventLines(site, object)].join('\n'));
    printed[`kubectl describe ${pluralOf(object.kind)} ${object.metadata.name} -n ${namespace}`] = `${text}\n`;
  }
  return printed;
}

function eventLines(site: Site, object: KubeObject): string[] {
  const app = [...site.apps.values()].find((one) => object.kind === 'Pod' && object.metadata.name === podName(one));
  const events = app?.state.events ?? [];
  if (events.length === 0) return ['Events:\t<none>'];
  return [
    'Events:',
    '  Type\tReason\tAge\tFrom\tMessage',
    '  ----\t------\t----\t----\t-------',
    ...events.map(
      ([type, reason, from, message, count]) =>
        `  ${type}\t${reason}\t${count ? `${age(31_000)} (x${count} over 9m41s)` : age(590_000)}\t${from}\t${message}`,
    ),
  ];
}

function toolsOf(site: Site, raws: readonly Raw[], { zone }: PrintOptions): OpsCase['tools'] {
  const { namespace, apps } = site;
  const each = <T>(make: (app: App) => readonly [string, T]): Record<string, T> =>
    Object.fromEntries([...apps.values()].map(make));
  const collected = new Date(site.now + zone.hours * 3_600_000).toISOString().slice(0, 23).replace('Z', '000');
  return {
    collection_timestamp: { '': collected },
    GetServiceDependencies: each((app) => [JSON.stringify({ service_name: app.name }), dependenciesText(site, app)]),
    CheckServiceConnectivity: each((app) => [
      JSON.stringify({ namespace, port: app.port, service_name: app.name }),
      app.state.ready && app.replicas > 0 && !app.serviceSelector
        ? `${app.name} (10.68.9.1:${app.port}) open\nConnection Succeeded`
        : `nc: connect to ${app.name} port ${app.port} (tcp) failed: Connection refused\nConnection Failed`,
    ]),
    GetAppYAML: each((app) => [JSON.stringify({ app_name: app.name }), appYaml(app, raws)]),
    GetErrorLogs: each((app) => [JSON.stringify({ namespace, service_name: app.name }), errorLogs(app)]),
    CheckNodeServiceStatus: Object.fromEntries(
      site.nodes.flatMap((node) =>
        ['kubelet', 'kube-proxy', 'containerd'].map((service) => [
          JSON.stringify({ node_name: node, service_name: service }),
          `Service: ${service}\nNode: ${node}\nStatus: ● ${service}.service\n     Active: active (running) since Wed 2025-12-24 10:28:56 CST; 1 day 13h ago`,
        ]),
      ),
    ),
    GetAlerts: { '{}': site.alert },
  };
}

function dependenciesText({ apps }: Site, app: App): string {
  const callers = [...apps.values()].filter(({ calls }) => calls.includes(app.name)).map(({ name }) => name);
  const lines: string[] = [];
  const walk = (name: string, prefix: string, path: ReadonlySet<string>): void => {
    const calls = (apps.get(name)?.calls ?? []).filter((callee) => !path.has(callee));
    for (const [at, callee] of calls.entries()) {
      const last = at === calls.length - 1;
      const database = apps.get(callee)?.kind === 'StatefulSet' ? '  <-- (Database)' : '';
      lines.push(`${prefix}${last ? '└── ' : '├── '}${callee}${database}`);
      if (lines.length < 400) walk(callee, `${prefix}${last ? '    ' : '│   '}`, new Set([...path, callee]));
    }
  };
  walk(app.name, '', new Set([app.name]));
  const down = lines.length > 0 ? [app.name, ...lines] : ['(None - Leaf Service)'];
  return `[Service]: ${app.name}\n[Upstream (Called By)]: ${callers.join(', ') || '(User Traffic)'}\n[Downstream (Calls)]:\n${down.join('\n')}`;
}

function appYaml(app: App, raws: readonly Raw[]): string {
  return raws
    .filter(({ kind, metadata }) => metadata.name === app.name && (kind === app.kind || kind === 'Service'))
    .map(({ status: _status, ...raw }) => stringify(raw))
    .join('---\n');
}

function errorLogs(app: App): unknown {
  const summary = (lines: readonly string[]): unknown => {
    const bad = lines.filter((line) => /error|exception|fail|denied/i.test(line)).slice(0, 5);
    return bad.length === 0
      ? {}
      : {
          total_log_count: lines.length,
          total_errors: bad.length,
          patterns: bad.map((sample) => ({ count: 1, ratio: 0.1, sample })),
        };
  };
  return { app: summary(app.log), previous: summary(app.previousLog) };
}

function printLogs({ apps, now }: Site, { logs, stamped = false, zone }: PrintOptions): unknown {
  const local = new Date(now + zone.hours * 3_600_000).toISOString().slice(0, 19);
  const sign = zone.hours < 0 ? '-' : '+';
  const stamp = `${local}.955655794${sign}${String(Math.abs(zone.hours)).padStart(2, '0')}:00 `;
  const printed = (lines: readonly string[]): string[] =>
    lines.flatMap((line) => line.split('\n')).map((line) => (stamped ? `${stamp}${line}` : line));
  const entries = [...apps.values()].flatMap((app): [string, unknown][] => {
    const said = printed(app.log);
    const before = printed(app.previousLog);
    if (logs === 'lines') return [[app.name, [...before, ...said]]];
    if (logs === 'parts') return [[app.name, { app: said.join('\n'), previous: before.join('\n') }]];
    return [
      [app.name, said.join('\n')],
      [`${app.name}.previous`, before.join('\n')],
      ...(app.sidecar ? [[`${app.name}.istio-proxy`, printed(app.proxyLog).join('\n')] as [string, unknown]] : []),
    ];
  });
  return Object.fromEntries(entries);
}
