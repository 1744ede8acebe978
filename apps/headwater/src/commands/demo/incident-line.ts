import type { IncidentItem } from '@headwater/contracts/http/incident.ts';
import type { Style } from '../../cli/style.ts';
import { printable } from '../../render/printable.ts';

/** What the terminal says of an incident once there is something to say: its cause, and that it ended. */
export function incidentLine(incident: IncidentItem, { paint }: Style): string | null {
  if (incident.diagnosisState !== 'done' || incident.cause === null) return null;
  const number = `#${incident.number}`.padEnd(5);
  const place = incident.namespaces.join(',').padEnd(14);
  if (incident.status === 'resolved')
    return `  ${paint('green', 'resolved ')} ${number}${place}${paint('dim', printable(incident.title))}\n`;
  const confidence = incident.confidence === null ? '' : paint('dim', ` (${incident.confidence} confidence)`);
  return `  ${paint('red', 'diagnosed')} ${number}${place}${printable(incident.cause)}${confidence}\n`;
}
