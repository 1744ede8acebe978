import { useDatabase } from '@headwater/testkit/postgres/database.ts';
import { ENGINES } from '@headwater/testkit/postgres/server.ts';
import { beforeEach, describe, expect, it } from 'vitest';

const AT_ONCE = 8;

describe.each(ENGINES)('what may exist once, on PostgreSQL %s', (engine) => {
  const database = useDatabase(engine);

  beforeEach(async () => {
    await database().pool.query('truncate incident, alert cascade');
    for (let number = 0; number < AT_ONCE; number++) {
      await database().pool.query(
        `insert into incident (id, cluster, namespaces, title, severity, status, started_at, created_at, updated_at)
         values ($1, 'c', '{}', 't', 'critical', 'open', now(), now(), now())`,
        [`inc_${number}`],
      );
    }
    await database().pool.query(
      `insert into alert (id, cluster, fingerprint, source, name, severity, labels, annotations, subject_state, status,
         first_seen_at, last_seen_at)
       values ('alr_1', 'c', 'f', 's', 'n', 'critical', '{}', '{}', 'unresolved', 'firing', now(), now())`,
    );
  });

  /** Runs the statement at the same moment on many connections; the constraint that refused each, those that were not first. */
  async function race(statement: string, values: (number: number) => unknown[]): Promise<(string | null)[]> {
    const { pool } = database();
    const outcomes = await Promise.all(
      Array.from({ length: AT_ONCE }, (_, number) =>
        pool.query(statement, values(number)).then(
          () => null,
          (error: { constraint?: string }) => error.constraint ?? 'another error',
        ),
      ),
    );
    return [...outcomes.filter((outcome) => outcome === null), ...outcomes.filter((outcome) => outcome !== null)];
  }

  function once(constraint: string): (string | null)[] {
    return [null, ...Array.from({ length: AT_ONCE - 1 }, () => constraint)];
  }

  it('one open incident per correlation key, however many open one together', async () => {
    const outcomes = await race(
      `insert into incident_key (incident_id, cluster, key, open) values ($1, 'c', 'Deployment/shop/web', true)`,
      (number) => [`inc_${number}`],
    );
    expect(outcomes).toEqual(once('incident_key_open'));
  });

  it('the same key again once the incident is closed, and beside it in another cluster', async () => {
    const { pool } = database();
    const insert = (incident: string, cluster: string, open: boolean) =>
      pool.query(`insert into incident_key (incident_id, cluster, key, open) values ($1, $2, 'k', $3)`, [
        incident,
        cluster,
        open,
      ]);
    await insert('inc_1', 'c', true);
    await pool.query(`update incident_key set open = false where incident_id = 'inc_1'`);
    await insert('inc_2', 'c', true);
    await insert('inc_3', 'other', true);
    await expect(pool.query(`update incident_key set open = true where incident_id = 'inc_1'`)).rejects.toMatchObject({
      constraint: 'incident_key_open',
    });
  });

  it('one open episode per alert, however many begin one together', async () => {
    const outcomes = await race(
      `insert into alert_episode (id, alert_id, starts_at, status, received_at) values ($1, 'alr_1', $2, 'firing', now())`,
      (number) => [`eps_${number}`, new Date(number * 1000)],
    );
    expect(outcomes).toEqual(once('alert_episode_open'));
  });

  it('one episode per alert and start, open or not', async () => {
    const outcomes = await race(
      `insert into alert_episode (id, alert_id, starts_at, status, received_at) values ($1, 'alr_1', $2, 'resolved', now())`,
      (number) => [`eps_${number}`, new Date(0)],
    );
    expect(outcomes).toEqual(once('alert_episode_start'));
  });

  it('one alert per cluster and fingerprint', async () => {
    const outcomes = await race(
      `insert into alert (id, cluster, fingerprint, source, name, severity, labels, annotations, subject_state, status,
         first_seen_at, last_seen_at)
       values ($1, 'c', 'new', 's', 'n', 'critical', '{}', '{}', 'unresolved', 'firing', now(), now())`,
      (number) => [`alr_new_${number}`],
    );
    expect(outcomes).toEqual(once('alert_identity'));
  });
});
