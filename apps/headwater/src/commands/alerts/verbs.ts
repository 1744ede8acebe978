import { AlertDetail, type AlertItem, AlertPage } from '@headwater/contracts/http/alert.ts';
import { formatSubject } from '@headwater/core/subject.ts';
import type { Io } from '../../cli/io.ts';
import { type Style, styleOf } from '../../cli/style.ts';
import { openApiClient } from '../../client/api-client.ts';
import { printStructured } from '../../client/output.ts';
import { readPages } from '../../client/pages.ts';
import { printable } from '../../render/printable.ts';
import { renderTable } from '../../render/table.ts';
import type { AlertFlags, AlertListFlags } from '../alerts.ts';
import { ageText, severityText } from '../incidents/words.ts';

const HEAD = ['ID', 'SEVERITY', 'STATUS', 'AGE', 'NAME', 'NAMESPACE', 'INCIDENT'];

export async function listAlerts(io: Io, flags: AlertListFlags): Promise<void> {
  const client = await openApiClient(io, flags);
  const query = {
    status: flags.status ?? (flags.all ? undefined : ['firing']),
    severity: flags.severity,
    cluster: flags.cluster,
    namespace: flags.namespace,
    name: flags.name,
    label: flags.label,
    q: flags.query,
  };
  const alerts = await readPages(client, { path: '/api/v1/alerts', query, most: flags.limit }, AlertPage);
  if (flags.output !== 'table') return printStructured(io, flags.output, alerts);
  io.out(alerts.length === 0 ? 'No alerts.\n' : tableOf(alerts, styleOf(io), io.now()));
}

function tableOf(alerts: readonly AlertItem[], style: Style, now: number): string {
  const rows = printable(alerts).map((alert) => [
    alert.id,
    severityText(alert.severity, style),
    statusText(alert, style),
    ageText(alert.startsAt, now),
    alert.name,
    alert.namespace ?? '-',
    alert.incident === null ? '-' : `#${alert.incident.number}`,
  ]);
  return renderTable(HEAD, rows);
}

function statusText({ status, flapping, muted }: AlertItem, { paint }: Style): string {
  const more = `${flapping ? ', flapping' : ''}${muted ? ', muted' : ''}`;
  return paint(status === 'firing' ? 'red' : 'green', status) + more;
}

export async function showAlert(io: Io, id: string, flags: AlertFlags): Promise<void> {
  const client = await openApiClient(io, flags);
  const alert = await client.get(`/api/v1/alerts/${encodeURIComponent(id)}`, AlertDetail);
  if (flags.output !== 'table') return printStructured(io, flags.output, alert);
  io.out(textOf(printable(alert), styleOf(io), io.now()));
}

function textOf(alert: AlertDetail, style: Style, now: number): string {
  const { paint } = style;
  const subject = alert.subject === null ? `none (${alert.subjectReason})` : formatSubject(alert.subject);
  const lines = [
    paint('bold', alert.name),
    `  Status     ${statusText(alert, style)}`,
    `  Severity   ${severityText(alert.severity, style)}`,
    `  Subject    ${subject}`,
    `  Cluster    ${alert.cluster}`,
    `  Incident   ${alert.incident === null ? '-' : `#${alert.incident.number} ${alert.incident.title}`}`,
    '',
    paint('bold', 'Labels'),
    ...Object.entries(alert.labels).map(([name, value]) => `  ${name}=${value}`),
    ...Object.entries(alert.annotations).flatMap(([name, value], index) => [
      ...(index === 0 ? ['', paint('bold', 'Annotations')] : []),
      `  ${name}: ${value}`,
    ]),
    '',
    paint('bold', `Fired ${alert.episodeCount} times`),
    ...alert.episodes.map(
      ({ startsAt, endsAt, endedBy, joinReason }) =>
        `  ${startsAt} to ${endsAt ?? 'now'}${endedBy === null || endedBy === 'source' ? '' : ` (${endedBy})`}, ${ageText(startsAt, now)} ago${joinReason === null ? '' : `: ${joinReason}`}`,
    ),
  ];
  return `${lines.join('\n')}\n`;
}
