import { useDatabase } from '@headwater/testkit/postgres/database.ts';
import { beforeEach, describe, expect, it } from 'vitest';
import { type IncidentScene, kim, openIncidents } from '../http/incidents/test-incidents.ts';

const database = useDatabase('18');
let scene: IncidentScene;
beforeEach(async () => {
  scene = await openIncidents(database());
});

// Each is a defect of kube-rca's API.
describe('an API that others got wrong', () => {
  it.each(['/api/v1/incidents/INC-00000000', '/api/v1/alerts/ALR-00000000'])(
    'GET %s, which is missing, is 404',
    async (url) => {
      const answer = await (await scene.as(kim)).inject({ url });
      expect(answer.statusCode).toBe(404);
      expect(answer.json()).toMatchObject({ code: 'not_found', title: 'Not found' });
    },
  );

  it('lists come in pages, however many rows there are', async () => {
    await database().pool.query(
      `insert into incident (id, cluster, namespaces, title, severity, status, started_at, created_at, updated_at)
       select 'inc_x' || n, 'prod', '{shop}', 'x', 'info', 'open', now(), now(), now() from generate_series(1, 300) n`,
    );
    const app = await scene.as(kim);
    for (const url of ['/api/v1/incidents', '/api/v1/incidents?limit=200']) {
      const page = (await app.inject({ url })).json<{ items: unknown[]; nextCursor: string | null }>();
      expect(page.items.length).toBe(url.includes('200') ? 200 : 50);
      expect(page.nextCursor).not.toBeNull();
    }
    expect((await app.inject({ url: '/api/v1/incidents?limit=100000' })).statusCode).toBe(400);
  });

  it('who resolved an incident is who signed in, whatever the body says, and it is audited', async () => {
    const payload = { resolved_by: 'somebody else', reason: 'fixed' };
    const url = `/api/v1/incidents/${scene.shop}/resolve`;
    const answer = await (await scene.as(kim)).inject({ method: 'POST', url, payload });
    expect(answer.json()).toMatchObject({ status: 'resolved', resolvedBy: 'kim' });
    const { rows } = await database().pool.query(
      `select actor_name, action, target_id, after ->> 'resolvedBy' as who from audit where action = 'incident.resolve'`,
    );
    expect(rows).toEqual([{ actor_name: 'kim', action: 'incident.resolve', target_id: scene.shop, who: 'kim' }]);
    expect(answer.body).not.toContain('somebody');
  });

  it('a test incident can be made only where the configuration allows it', async () => {
    const answer = await (await scene.as(kim)).inject({ method: 'POST', url: '/api/v1/incidents/mock', payload: {} });
    expect([403, 404]).toContain(answer.statusCode);
    expect(await scene.incidents()).toHaveLength(2);
  });
});
