import { testAlert } from '@headwater/engine/intake/test-signals.ts';
import { useDatabase } from '@headwater/testkit/postgres/database.ts';
import { beforeEach, expect, it } from 'vitest';
import { type IncidentScene, kim, openIncidents, T } from '../http/incidents/test-incidents.ts';

interface Hit {
  readonly incidentId: string;
}

const database = useDatabase('18');
let scene: IncidentScene;
let past: readonly string[];

// kube-rca: each resolve added one more row per incident, and the list of similar incidents showed all of them.
beforeEach(async () => {
  scene = await openIncidents(database());
  for (const namespace of ['east', 'west'])
    await scene.deliver(testAlert({ namespace, deployment: 'cart' }, { startsAt: T - 10_000 }));
  past = (await scene.incidents()).map(({ id }) => id).filter((id) => id !== scene.bank && id !== scene.shop);
  const words = { cause_category: 'oom-killed', analysis_summary: 'the cart reached its memory limit' };
  await database()
    .db.updateTable('incident')
    .set(words)
    .where('id', 'in', [...past, scene.shop])
    .execute();
});

const app = () => scene.as(kim);

async function remember(incidentId: string, incidentSummary: string): Promise<void> {
  const payload = { incidentId, incidentSummary };
  await (await app()).inject({ method: 'POST', url: '/api/v1/embeddings', payload });
}

it('however often an incident was remembered, a search names it once', async () => {
  for (let round = 0; round < 3; round++)
    for (const id of past) await remember(id, `memory limit of the cart, round ${round}`);
  const payload = { query: 'cart memory limit', limit: 50 };
  const answer = await (await app()).inject({ method: 'POST', url: '/api/v1/embeddings/search', payload });
  const named = answer.json<{ results: Hit[] }>().results.map(({ incidentId }) => incidentId);
  expect(named).toHaveLength(new Set(named).size);
  expect(new Set(named)).toEqual(new Set([...past, scene.shop]));
});

it('an incident alike for several reasons is in the list of similar ones once, and never itself', async () => {
  for (const id of [...past, scene.shop]) await remember(id, 'memory limit of the cart');
  const url = `/api/v1/incidents/${scene.shop}`;
  const { similar } = (await (await app()).inject({ url })).json<{ similar: { id: string; why: string }[] }>();
  expect(similar.map(({ id }) => id).sort()).toEqual([...past].sort());
  expect(similar.every(({ why }) => why.includes('the same kind of cause (oom-killed)'))).toBe(true);
  const { items } = (await (await app()).inject({ url: `${url}/similar` })).json<{ items: { id: string }[] }>();
  expect(items.map(({ id }) => id)).toEqual(similar.map(({ id }) => id));
});
