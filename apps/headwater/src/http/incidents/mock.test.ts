import { systemActor } from '@headwater/core/access/actor.ts';
import { openScene, type Scene } from '@headwater/engine/correlate/test-correlation.ts';
import { createIntake } from '@headwater/engine/intake/record-signals.ts';
import { silentMetrics } from '@headwater/engine/ports/metrics.ts';
import { useDatabase } from '@headwater/testkit/postgres/database.ts';
import { beforeEach, expect, it } from 'vitest';
import { defaultSettings } from '../../config/defaults.ts';
import { testServer } from '../test-server.ts';
import { incidentRoutes } from './routes.ts';

const database = useDatabase('18');
let scene: Scene;
beforeEach(async () => {
  scene = await openScene(database());
});

async function send(testData: boolean, payload?: object) {
  const { store } = database();
  const settings = defaultSettings();
  const { newId } = scene.ctx();
  const intake = createIntake({
    store,
    metrics: silentMetrics,
    defaultCluster: 'default',
    newId,
    elapsed: () => 0,
    maxWaitingAlerts: 100,
  });
  const app = await testServer({
    routes: incidentRoutes,
    store,
    newId,
    actor: systemActor,
    services: { intake, settings: { ...settings, intake: { ...settings.intake, testData } } },
  });
  return app.inject({ method: 'POST', url: '/api/v1/incidents/mock', ...(payload && { payload }) });
}

it('there is no such address unless test data is allowed', async () => {
  expect((await send(false, {})).statusCode).toBe(404);
  await scene.correlate();
  expect(await scene.incidents()).toEqual([]);
});

it('a test alert goes the way of every alert', async () => {
  const answer = await send(true, { title: 'Fire drill', severity: 'high', namespace: 'drill' });
  expect(answer.statusCode, answer.body).toBe(202);
  await scene.correlate();
  expect(await scene.incidents()).toMatchObject([
    { cluster: 'test', namespaces: ['drill'], severity: 'high', alertCount: 1 },
  ]);
  expect((await send(true)).statusCode).toBe(202);
  await scene.correlate();
  expect(await scene.incidents()).toHaveLength(2);
  expect((await send(true, { severity: 'terrible' })).json()).toMatchObject({ errors: [{ pointer: '/severity' }] });
});
