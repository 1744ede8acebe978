import { type IncidentItem, IncidentPage } from '@headwater/contracts/http/incident.ts';
import { formatTime } from '@headwater/core/time.ts';
import type { Io } from '../../cli/io.ts';
import { styleOf } from '../../cli/style.ts';
import { openApiClient } from '../../client/api-client.ts';
import { printStructured } from '../../client/output.ts';
import { readPages } from '../../client/pages.ts';
import { printable } from '../../render/printable.ts';
import { renderTable } from '../../render/table.ts';
import type { ListFlags } from '../incidents.ts';
import { ageText, cut, severityText, statusText } from './words.ts';

const UNRESOLVED = ['open', 'acknowledged'];
const HEAD = ['#', 'SEVERITY', 'STATUS', 'AGE', 'FIRING', 'WHO', 'WHAT'];

export async function listIncidents(io: Io, flags: ListFlags): Promise<void> {
  const client = await openApiClient(io, flags);
  const query = {
    status: flags.status ?? (flags.all || flags.hidden ? undefined : UNRESOLVED),
    severity: flags.severity,
    cluster: flags.cluster,
    namespace: flags.namespace,
    assignee: flags.assignee,
    category: flags.category,
    q: flags.query,
    from: flags.since === undefined ? undefined : formatTime(io.now() - flags.since),
    hidden: flags.hidden,
    sort: flags.sort,
  };
  const incidents = await readPages(client, { path: '/api/v1/incidents', query, most: flags.limit }, IncidentPage);
  if (flags.output !== 'table') return printStructured(io, flags.output, incidents);
  io.out(incidents.length === 0 ? 'No incidents.\n' : tableOf(io, incidents));
}

function tableOf(io: Io, incidents: readonly IncidentItem[]): string {
  const style = styleOf(io);
  const now = io.now();
  // At a terminal a line is a line; a file or a pipe gets every word.
  const room = io.outIsTerminal ? Math.max(30, style.width - 60) : Number.POSITIVE_INFINITY;
  const rows = printable(incidents).map((incident) => [
    String(incident.number),
    severityText(incident.severity, style),
    statusText(incident, style, now),
    ageText(incident.startedAt, now),
    `${incident.firingCount}/${incident.alertCount}`,
    incident.assignee ?? incident.acknowledgedBy ?? '-',
    cut(incident.cause ?? incident.title, room),
  ]);
  return renderTable(HEAD, rows);
}
