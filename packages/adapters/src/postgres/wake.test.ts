import { until } from '@headwater/testkit/fake-server.ts';
import { useDatabase } from '@headwater/testkit/postgres/database.ts';
import { ENGINES } from '@headwater/testkit/postgres/server.ts';
import { describe, expect, it } from 'vitest';
import { openWake } from './wake.ts';

describe.each(ENGINES)('hints on PostgreSQL %s', (engine) => {
  const database = useDatabase(engine);
  const notify = (channel: string): Promise<unknown> =>
    database().pool.query('select pg_notify($1, $2)', [channel, '']);

  it('reach whoever listens on their channel, once what they tell of is committed', async () => {
    const wake = openWake({ address: database().address });
    let events = 0;
    let alerts = 0;
    wake.on('headwater_event', () => events++);
    const stop = wake.on('headwater_alert', () => alerts++);
    // Listening itself counts as a hint: what was told before is lost.
    await until(() => events === 1 && alerts === 1);
    await notify('headwater_event');
    await until(() => events === 2);
    const client = await database().pool.connect();
    await client.query('begin');
    await client.query(`select pg_notify('headwater_event', '')`);
    await notify('headwater_alert');
    await until(() => alerts === 2);
    expect(events).toBe(2);
    await client.query('commit');
    client.release();
    await until(() => events === 3);
    stop();
    await notify('headwater_alert');
    await notify('headwater_event');
    await until(() => events === 4);
    expect(alerts).toBe(2);
    await wake.close();
  });

  it('come again after the connection was lost, and the loss itself is a hint', async () => {
    const lost: Error[] = [];
    const wake = openWake({ address: database().address, onLost: (error) => void lost.push(error) });
    let hints = 0;
    wake.on('headwater_event', () => hints++);
    await until(() => hints === 1);
    const terminate = `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'headwater wake' and datname = current_database()`;
    await database().pool.query(terminate);
    await until(() => hints === 2);
    expect(lost.length).toBeGreaterThan(0);
    await notify('headwater_event');
    await until(() => hints === 3);
    await wake.close();
  });

  it('ends at once, also before it is connected', async () => {
    const wake = openWake({ address: database().address });
    await wake.close();
    const nowhere = openWake({ address: { url: 'postgres://nobody@127.0.0.1:1/none' } });
    await nowhere.close();
    const { rows } = await database().pool.query<{ count: number }>(
      `select count(*) from pg_stat_activity where application_name = 'headwater wake' and datname = current_database()`,
    );
    expect(Number(rows[0]?.count)).toBe(0);
  });
});
