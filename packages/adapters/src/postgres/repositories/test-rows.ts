import type { TestDatabase } from '@headwater/testkit/postgres/database.ts';
import type { Insertable } from 'kysely';
import type { AlertEpisodeTable, AlertTable, IncidentTable } from '../schema.ts';
import { json } from '../values.ts';

/** 2026-03-01 10:00 UTC. */
export const T = Date.parse('2026-03-01T10:00:00Z');

let count = 0;

/** A fresh id of the kind stored: later ones sort behind. */
export function testId(prefix: string): string {
  return `${prefix}_${String(++count).padStart(26, '0')}`;
}

export async function addIncident(
  { db }: TestDatabase,
  changes: Partial<Insertable<IncidentTable>> = {},
): Promise<string> {
  const at = new Date(T);
  const id = testId('inc');
  const row = {
    id,
    cluster: 'prod',
    namespaces: ['shop'],
    title: 'PodDown on Deployment shop/cart',
    severity: 'warning',
    status: 'open' as const,
    started_at: at,
    created_at: at,
    updated_at: at,
    ...changes,
  };
  await db.insertInto('incident').values(row).execute();
  return row.id;
}

export async function addAlert({ db }: TestDatabase, changes: Partial<Insertable<AlertTable>> = {}): Promise<string> {
  const at = new Date(T);
  const id = testId('alr');
  await db
    .insertInto('alert')
    .values({
      id,
      cluster: 'prod',
      fingerprint: id,
      source: 'alertmanager',
      name: 'PodDown',
      severity: 'warning',
      namespace: 'shop',
      labels: json({ alertname: 'PodDown' }),
      annotations: json({}),
      content_hash: id,
      subject_state: 'unresolved',
      status: 'firing',
      first_seen_at: at,
      last_seen_at: at,
      newest_at: new Date(0),
      ...changes,
    })
    .execute();
  return id;
}

export async function addEpisode(
  { db }: TestDatabase,
  alertId: string,
  changes: Partial<Insertable<AlertEpisodeTable>> = {},
): Promise<string> {
  const at = new Date(T);
  const id = testId('eps');
  await db
    .insertInto('alert_episode')
    .values({
      id,
      alert_id: alertId,
      starts_at: at,
      status: 'firing',
      received_at: changes.starts_at ?? at,
      ...changes,
    })
    .execute();
  return id;
}
