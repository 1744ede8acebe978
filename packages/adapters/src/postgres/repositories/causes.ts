import type { CausePeer } from '@headwater/core/grouping/same-cause.ts';
import { formatSubject, type Subject } from '@headwater/core/subject.ts';
import type { CausesRepository } from '@headwater/engine/ports/store/causes.ts';
import { type Kysely, sql } from 'kysely';
import type { Database } from '../schema.ts';

interface PeerRow extends Omit<CausePeer, 'cause' | 'startedAt' | 'handled' | 'separated'> {
  readonly started_at: number;
  readonly handled: boolean;
  readonly separated: boolean;
  readonly category: string;
  readonly subject: Subject;
}

const MOST = 50;

export function causesRepository(db: Kysely<Database>): CausesRepository {
  return {
    async peers(incidentId) {
      const { rows } = await sql<PeerRow>`
        with own as (
          select i.id, i.cluster, i.cause_category, d.body #> '{causes,0,subject}' as subject
          from incident i join diagnosis d on d.id = i.diagnosis_id
          where i.id = ${incidentId} and i.verdict = 'cause' and i.merged_into is null and i.status <> 'resolved'
        )
        select i.id, i.number, i.status, i.namespaces, i.started_at, i.confidence, i.cause_category as category,
          d.body #> '{causes,0,subject}' as subject,
          i.acknowledged_at is not null or i.assignee is not null or i.title_by = 'person' as handled,
          exists (select from event e where e.incident_id = i.id and e.kind = 'incident.split') as separated
        from own join incident i on i.cluster = own.cluster and i.cause_category = own.cause_category
          join diagnosis d on d.id = i.diagnosis_id
        where i.verdict = 'cause' and i.merged_into is null and i.status <> 'resolved'
          and (d.body #>> '{causes,0,subject,kind}', d.body #>> '{causes,0,subject,name}', coalesce(d.body #>> '{causes,0,subject,namespace}', ''))
            = (own.subject ->> 'kind', own.subject ->> 'name', coalesce(own.subject ->> 'namespace', ''))
        order by i.id <> own.id, i.number
        limit ${MOST}`.execute(db);
      return rows.map(({ started_at, category, subject, ...row }) => ({
        ...row,
        startedAt: started_at,
        cause: `${category} of ${formatSubject(subject)}`,
      }));
    },
  };
}
