import type { Connection } from '@headwater/adapters/postgres/connect.ts';
import type { Alert } from '@headwater/diagnosis/snapshot/input.ts';

export interface IncidentSeed {
  readonly id: string;
  readonly cluster?: string;
  readonly at: number;
  readonly alerts: readonly Alert[];
}

/** Puts an open incident with its alerts into the database as correlation would leave it; existing alerts get the given status. */
export async function seedIncident(
  db: Connection['db'],
  { id, cluster = 'prod', at, alerts }: IncidentSeed,
): Promise<void> {
  const namespaces = [...new Set(alerts.flatMap(({ labels }) => labels['namespace'] ?? []))];
  const title = alerts[0]?.labels['alertname'] ?? 'Alert';
  const time = new Date(at);
  await db
    .insertInto('incident')
    .values({
      id,
      cluster,
      namespaces,
      title,
      severity: 'critical',
      status: 'open',
      started_at: time,
      created_at: time,
      updated_at: time,
    })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute();
  for (const alert of alerts) await seedEpisode(db, { id, cluster, at, alert });
}

async function seedEpisode(
  db: Connection['db'],
  { id, cluster, at, alert }: { id: string; cluster: string; at: number; alert: Alert },
): Promise<void> {
  const { fingerprint, labels, annotations, status, startsAt, endsAt } = alert;
  const alertId = `alr_${cluster}_${fingerprint}`;
  const start = new Date(startsAt ?? at);
  const end = status === 'resolved' ? new Date(endsAt ?? at) : null;
  await db
    .insertInto('alert')
    .values({
      id: alertId,
      cluster,
      fingerprint,
      source: 'alertmanager',
      name: labels['alertname'] ?? 'Alert',
      severity: 'critical',
      namespace: labels['namespace'] ?? null,
      labels: JSON.stringify(labels),
      annotations: JSON.stringify(annotations),
      subject_state: 'unresolved',
      status,
      first_seen_at: start,
      last_seen_at: start,
    })
    .onConflict((conflict) => conflict.column('id').doUpdateSet({ status }))
    .execute();
  await db
    .insertInto('alert_episode')
    .values({
      id: `eps_${alertId}_${start.getTime()}`,
      alert_id: alertId,
      starts_at: start,
      ends_at: end,
      status,
      received_at: start,
      incident_id: id,
      correlate: false,
    })
    .onConflict((conflict) => conflict.columns(['alert_id', 'starts_at']).doUpdateSet({ status, ends_at: end }))
    .execute();
}
