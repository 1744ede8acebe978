import type { Severity } from '@headwater/core/alert/severity.ts';
import { AppError } from '@headwater/core/errors.ts';
import type { VerbContext } from '../context.ts';
import type { Incident, IncidentChanges } from '../ports/store/incidents.ts';
import { changeIncident, type IncidentChange, type IncidentTarget } from './change-incident.ts';

/** What a person may rewrite; a field that is not there stays. */
export interface IncidentEditInput extends IncidentTarget {
  readonly title?: string | undefined;
  readonly severity?: Severity | undefined;
  readonly analysisSummary?: string | null | undefined;
  readonly analysisDetail?: string | null | undefined;
}

/** Rewrites an incident's words; from then on neither alerts nor diagnoses overwrite that title or severity. */
export function editIncident(ctx: VerbContext, input: IncidentEditInput): Promise<Incident> {
  return changeIncident(ctx, { ...input, action: 'edit' }, (incident) => decideEdit(incident, input));
}

function decideEdit(incident: Incident, input: IncidentEditInput): IncidentChange {
  const { title, severity, analysisSummary, analysisDetail } = input;
  if (title?.trim() === '') throw new AppError('invalid', 'the title is empty', { details: { field: 'title' } });
  const changes: IncidentChanges = {
    ...(title !== undefined && title !== incident.title ? { title, titleBy: 'person' } : {}),
    ...(severity !== undefined && severity !== incident.severity ? { severity, severityBy: 'person' } : {}),
    ...(analysisSummary === undefined ? {} : { analysisSummary }),
    ...(analysisDetail === undefined ? {} : { analysisDetail }),
  };
  const fields = Object.keys(changes).filter((field) => !field.endsWith('By'));
  if (changes.severity !== undefined)
    return {
      changes,
      event: {
        kind: 'incident.severity',
        payload: { from: incident.severity, to: changes.severity, by: 'person', fields },
      },
    };
  return { changes, event: { kind: 'incident.changed', payload: { fields } } };
}
