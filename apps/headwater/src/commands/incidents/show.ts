import { IncidentAlertPage } from '@headwater/contracts/http/alert.ts';
import { IncidentDetail } from '@headwater/contracts/http/incident.ts';
import { TimelinePage } from '@headwater/contracts/http/timeline.ts';
import type { z } from 'zod';
import type { Io } from '../../cli/io.ts';
import { type Style, styleOf, wrap } from '../../cli/style.ts';
import { openApiClient } from '../../client/api-client.ts';
import { printStructured } from '../../client/output.ts';
import { renderDiagnosisText } from '../../render/diagnosis-text.ts';
import { printable } from '../../render/printable.ts';
import type { IncidentFlags } from '../incidents.ts';
import { ageText, severityText, statusText } from './words.ts';

const SHOWN = 10;

interface Shown {
  readonly incident: IncidentDetail;
  readonly alerts: z.output<typeof IncidentAlertPage>;
  readonly timeline: z.output<typeof TimelinePage>;
}

export async function showIncident(io: Io, id: string, flags: IncidentFlags): Promise<void> {
  const client = await openApiClient(io, flags);
  const path = `/api/v1/incidents/${encodeURIComponent(id)}`;
  const [incident, alerts, timeline] = await Promise.all([
    client.get(path, IncidentDetail),
    client.get(`${path}/alerts`, IncidentAlertPage, { limit: SHOWN }),
    client.get(`${path}/timeline`, TimelinePage, { limit: SHOWN }),
  ]);
  if (flags.output !== 'table')
    return printStructured(io, flags.output, { ...incident, alerts: alerts.items, timeline: timeline.items });
  io.out(textOf({ incident, alerts, timeline }, { style: styleOf(io), now: io.now() }));
}

interface Look {
  readonly style: Style;
  readonly now: number;
}

function textOf({ incident, alerts, timeline }: Shown, look: Look): string {
  const { paint } = look.style;
  const lines = [...headLines(printable(incident), look), ''];
  if (incident.diagnosis) lines.push(renderDiagnosisText(incident.diagnosis.body, look.style, look.now).trimEnd());
  else lines.push(`No diagnosis yet (${incident.diagnosisState}).`);
  if (incident.diagnosis && incident.diagnosis.withheld.length > 0)
    lines.push(
      paint('yellow', `${incident.diagnosis.withheld.length} pieces of evidence lie in namespaces you may not read.`),
    );
  lines.push('', paint('bold', `Alerts (${incident.firingCount} of ${incident.alertCount} firing)`));
  for (const alert of printable(alerts.items))
    lines.push(
      `  ${alert.status.padEnd(9)}${alert.name}${alert.namespace ? ` in ${alert.namespace}` : ''}, ${ageText(alert.episode.startsAt, look.now)} ago`,
    );
  if (alerts.nextCursor !== null) lines.push('  …');
  lines.push('', paint('bold', 'What happened, newest first'));
  for (const entry of printable(timeline.items))
    lines.push(`  ${entry.at}  ${wrap(entry.text, look.style.width, ' '.repeat(24))}`);
  if (incident.similar.length > 0) {
    lines.push('', paint('bold', 'Alike'));
    for (const one of printable(incident.similar))
      lines.push(`  #${one.number} ${one.title} (${Math.round(one.similarity * 100)} %: ${one.why})`);
  }
  return `${lines.join('\n')}\n`;
}

function headLines(incident: IncidentDetail, { style, now }: Look): string[] {
  const { paint } = style;
  const facts: readonly (readonly [string, string | null])[] = [
    ['Status', statusText(incident, style, now)],
    ['Severity', severityText(incident.severity, style)],
    ['Where', `${incident.cluster}${incident.namespaces.length > 0 ? `: ${incident.namespaces.join(', ')}` : ''}`],
    ['Since', `${incident.startedAt} (${ageText(incident.startedAt, now)})`],
    ['Assignee', incident.assignee],
    [
      'Resolved',
      incident.resolvedAt &&
        `${incident.resolvedAt} by ${incident.resolvedBy ?? '-'}${incident.resolveReason ? `: ${incident.resolveReason}` : ''}`,
    ],
    ['Merged', incident.mergedInto && `into #${incident.mergedInto.number} ${incident.mergedInto.title}`],
  ];
  return [
    paint('bold', wrap(`#${incident.number} ${incident.title}`, style.width, '')),
    ...facts.flatMap(([label, value]) => (value === null ? [] : [`  ${label.padEnd(10)}${value}`])),
  ];
}
