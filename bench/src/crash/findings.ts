import type { Connection } from '@headwater/adapters/postgres/connect.ts';
import { DEAD_QUEUE } from '@headwater/adapters/postgres/jobs/queues.ts';

/** What must be true of the store once everything is delivered and worked. */
export interface Expected {
  readonly alerts: number;
  readonly groups: number;
}

/** Work that is still to be done: episodes to correlate, jobs to run, analyses to finish. */
export async function openWork({ pool }: Connection): Promise<number> {
  const { rows } = await pool.query<{ open: number }>(`select
    (select count(*) from alert_episode where correlate)
    + (select count(*) from pgboss.job where state in ('created', 'retry', 'active') and name <> '${DEAD_QUEUE}')
    + (select count(*) from incident where diagnosis_state in ('pending', 'running')) as open`);
  return rows[0]?.open ?? 0;
}

/** Everything that is not as it must be, in words; empty when nothing was lost and nothing doubled. */
export async function violations({ pool }: Connection, expected: Expected): Promise<string[]> {
  const found: string[] = [];
  for (const [words, statement, wanted] of checks(expected)) {
    const { rows } = await pool.query<{ count: number }>(statement);
    const count = rows[0]?.count ?? 0;
    if (count !== wanted) found.push(`${words}: ${count}, expected ${wanted}`);
  }
  return found;
}

type Check = readonly [words: string, statement: string, wanted: number];

function checks({ alerts, groups }: Expected): readonly Check[] {
  return [
    ['alerts', 'select count(*) from alert', alerts],
    ['fingerprints', 'select count(distinct fingerprint) from alert', alerts],
    ['episodes', 'select count(*) from alert_episode', alerts],
    ['firing episodes', `select count(*) from alert_episode where status = 'firing'`, alerts],
    [
      'alerts without exactly one episode',
      'select count(*) from (select alert_id from alert_episode group by alert_id having count(*) <> 1) a',
      0,
    ],
    ['episodes outside an incident', 'select count(*) from alert_episode where incident_id is null', 0],
    ['incidents', 'select count(*) from incident', groups],
    [
      'incidents of several workloads',
      `select count(*) from (select e.incident_id from alert_episode e join alert a on a.id = e.alert_id
      group by e.incident_id having count(distinct a.labels ->> 'deployment') > 1) i`,
      0,
    ],
    [
      'workloads in several incidents',
      `select count(*) from (select a.labels ->> 'deployment' from alert_episode e join alert a on a.id = e.alert_id
      group by a.labels ->> 'deployment' having count(distinct e.incident_id) > 1) w`,
      0,
    ],
    [
      'incidents whose count of alerts is wrong',
      `select count(*) from incident i where alert_count <> (select count(distinct e.alert_id) from alert_episode e where e.incident_id = i.id)`,
      0,
    ],
    [
      'open correlation keys held twice',
      'select count(*) from (select cluster, key from incident_key where open group by cluster, key having count(*) > 1) k',
      0,
    ],
    ['opening events', `select count(*) from event where kind = 'incident.opened'`, groups],
    [
      'incidents without a finished analysis',
      `select count(*) from incident i where diagnosis_state <> 'done' or not exists (select 1 from diagnosis d where d.incident_id = i.id)`,
      0,
    ],
    ['dead jobs', `select count(*) from pgboss.job where name = '${DEAD_QUEUE}' or state = 'failed'`, 0],
  ];
}
