import { MINUTE } from '@headwater/core/time.ts';
import { useDatabase } from '@headwater/testkit/postgres/database.ts';
import { ENGINES } from '@headwater/testkit/postgres/server.ts';
import { beforeEach, describe, expect, it } from 'vitest';
import { acknowledgeIncident } from '../incidents/acknowledge.ts';
import { unmergeIncident } from '../incidents/unmerge.ts';
import { testAlert } from '../intake/test-signals.ts';
import { mergeByCause } from './merge-by-cause.ts';
import { openScene, person, type Scene, T } from './test-correlation.ts';

describe.each(ENGINES)('incidents with the same cause on PostgreSQL %s', (engine) => {
  const database = useDatabase(engine);
  let scene: Scene;
  let diagnoses = 0;
  beforeEach(async () => {
    scene = await openScene(database());
  });

  async function opened(...deployments: readonly string[]): Promise<string[]> {
    for (const deployment of deployments)
      await scene.deliver(testAlert({ deployment }, { startsAt: T + MINUTE * deployments.indexOf(deployment) }));
    return (await scene.incidents()).map(({ id }) => id);
  }

  async function blamed(incidentId: string, name: string, kind = 'StatefulSet'): Promise<void> {
    const id = `dia_${diagnoses++}`;
    const body = JSON.stringify({ causes: [{ subject: { kind, namespace: 'shop', name } }] });
    await database().pool.query(
      `insert into diagnosis (id, incident_id, revision, phase, verdict, summary, input_hash, body, milliseconds, created_at)
       values ($1, $2, $3, 'firing', 'cause', '', '', $4, 0, now())`,
      [id, incidentId, diagnoses, body],
    );
    await database().pool.query(
      `update incident set diagnosis_id = $2, verdict = 'cause', cause_category = 'oom-killed', confidence = 'high' where id = $1`,
      [incidentId, id],
    );
  }

  it('become one, say why, and come apart for good when a person says so', async () => {
    const [cart = '', web = ''] = await opened('cart', 'web');
    await blamed(cart, 'postgres');
    expect(await mergeByCause(scene.ctx(), cart)).toBeNull();
    await blamed(web, 'postgres');
    expect(await mergeByCause(scene.ctx(), web)).toBe(cart);
    const [kept, gone] = await scene.incidents();
    expect([kept?.firingCount, gone?.mergedInto]).toEqual([2, cart]);
    const { rows } = await database().pool.query<{ payload: { reason?: string } }>(
      `select payload from event where kind = 'incident.merged' and incident_id = $1`,
      [cart],
    );
    expect(rows[0]?.payload.reason).toContain('oom-killed of StatefulSet shop/postgres');
    await unmergeIncident(scene.ctx(person('responder')), { incidentId: cart, sourceId: web });
    expect(await mergeByCause(scene.ctx(), web)).toBeNull();
  });

  it('stay apart when the causes differ or somebody works on the younger', async () => {
    const [cart = '', web = '', pay = ''] = await opened('cart', 'web', 'pay');
    await blamed(cart, 'postgres');
    await blamed(web, 'redis');
    expect(await mergeByCause(scene.ctx(), web)).toBeNull();
    await blamed(pay, 'postgres');
    await acknowledgeIncident(scene.ctx(person('responder')), { incidentId: pay });
    expect(await mergeByCause(scene.ctx(), pay)).toBeNull();
    expect(await mergeByCause(scene.ctx(), 'inc_unknown')).toBeNull();
  });
});
