import { membersSay } from '@headwater/core/incident/members.ts';
import { rollUpSeverity } from '@headwater/core/incident/severity.ts';
import { titleFromAlerts } from '@headwater/core/incident/title.ts';
import { quietSinceAfter } from '@headwater/core/incident/windows.ts';
import type { Millis } from '@headwater/core/time.ts';
import type { Repositories } from '../ports/store.ts';
import type { Incident, IncidentChanges } from '../ports/store/incidents.ts';

/** What an incident's alerts say of it now, after some came or went by a person's hand. */
export async function refreshedByAlerts(
  tx: Repositories,
  incident: Incident,
  now: Millis,
): Promise<IncidentChanges & { readonly alertCount: number; readonly firingCount: number }> {
  const members = await tx.incidents.members(incident.id);
  const counts = (await tx.incidents.summarise([incident.id])).get(incident.id);
  const { alertCount, firingCount } = { alertCount: counts?.alertCount ?? 0, firingCount: counts?.firingCount ?? 0 };
  const quietSince =
    incident.status === 'resolved' ? incident.quietSince : quietSinceAfter(firingCount, incident.quietSince, now);
  const say = membersSay(members);
  if (!say) return { alertCount, firingCount, quietSince };
  return {
    alertCount,
    firingCount,
    quietSince,
    namespaces: say.namespaces,
    startedAt: say.startedAt,
    subject: say.subject,
    leadAlertId: say.lead.alertId,
    ...(incident.severityBy === 'person' ? {} : rollUpSeverity(null, [say.severity])),
    ...(incident.titleBy === 'alerts'
      ? { title: titleFromAlerts({ ...say.lead, subject: say.subject }, alertCount) }
      : {}),
  };
}
