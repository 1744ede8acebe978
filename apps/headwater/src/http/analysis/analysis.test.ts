import { AnalyzeResponse } from '@headwater/contracts/http/agent.ts';
import type { Actor } from '@headwater/core/access/actor.ts';
import { AppError } from '@headwater/core/errors.ts';
import { describe, expect, it } from 'vitest';
import type { Services } from '../services.ts';
import { testServer } from '../test-server.ts';
import { analysisRoutes } from './routes.ts';

const ANSWER: AnalyzeResponse = {
  status: 'ok',
  thread_ts: '1.2',
  analysis: '# Diagnosis: cause',
  analysis_summary: 'killed',
  analysis_detail: '# Diagnosis: cause',
  analysis_summary_i18n: { en: 'killed' },
  analysis_detail_i18n: { en: '# Diagnosis: cause' },
  analysis_type: 'firing',
  analysis_quality: 'high',
  missing_data: [],
  warnings: [],
  capabilities: { k8s_core: 'ok' },
  context: {},
  artifacts: [],
};

const viewer: Actor = {
  kind: 'user',
  id: 'usr_1',
  name: 'ada',
  bindings: [{ role: 'viewer', cluster: 'prod', namespace: '*' }],
};
const tenant: Actor = { ...viewer, bindings: [{ role: 'viewer', cluster: 'prod', namespace: 'shop' }] };

function body(labels: Record<string, string> = { namespace: 'shop' }) {
  return { alert: { labels: { alertname: 'Down', ...labels }, startsAt: '2026-03-01T09:59:00Z' }, thread_ts: '1.2' };
}

async function server(worker: Services['worker']) {
  const services = { worker, defaultCluster: 'prod' };
  return testServer({ routes: analysisRoutes, actor: viewer, services });
}

describe('POST /analyze', () => {
  it('hands the alert to the worker with its cluster and a time limit', async () => {
    const asked: unknown[] = [];
    const app = await server({
      analyze: (...question) => {
        asked.push(question);
        return Promise.resolve(ANSWER);
      },
    });
    const answer = await app.inject({ method: 'POST', url: '/analyze', payload: body() });
    expect(answer.statusCode).toBe(200);
    expect(AnalyzeResponse.parse(answer.json())).toEqual(ANSWER);
    expect(asked).toMatchObject([[{ thread_ts: '1.2', alert: { status: 'firing' } }, 'prod', 60_000]]);
  });

  it('needs the whole cluster, for a cause may stand in any namespace of it', async () => {
    const services = { worker: { analyze: () => Promise.resolve(ANSWER) }, defaultCluster: 'prod' };
    const narrow = await testServer({ routes: analysisRoutes, actor: tenant, services });
    const wide = await testServer({ routes: analysisRoutes, actor: viewer, services });
    const elsewhere = body({ namespace: 'shop', cluster: 'other' });
    expect((await narrow.inject({ method: 'POST', url: '/analyze', payload: body() })).statusCode).toBe(403);
    expect((await wide.inject({ method: 'POST', url: '/analyze', payload: elsewhere })).statusCode).toBe(403);
  });

  it('answers 400 for what is no alert and 503 without a worker or an answer', async () => {
    const late = () => Promise.reject(new AppError('unavailable', 'no answer within 60 s'));
    const [none, slow] = await Promise.all([server(null), server({ analyze: late })]);
    const malformed = await none.inject({ method: 'POST', url: '/analyze', payload: { alert: 'down' } });
    expect(malformed.statusCode).toBe(400);
    for (const app of [none, slow]) {
      const answer = await app.inject({ method: 'POST', url: '/analyze', payload: body() });
      expect(answer.statusCode).toBe(503);
      expect(answer.headers['retry-after']).toBeDefined();
    }
  });
});

describe('POST /summarize-incident', () => {
  it('says the same for the same request', async () => {
    const app = await server(null);
    const payload = {
      incident_id: 'i1',
      title: 'Shop down',
      severity: 'critical',
      fired_at: '2026-03-01T09:00:00Z',
      resolved_at: '2026-03-01T09:30:00Z',
      alerts: [
        { alert_name: 'Down', status: 'resolved', severity: 'critical', analysis_summary: 'Memory limit too low.' },
        { alert_name: 'Slow', status: 'resolved', analysis_summary: null },
      ],
    };
    const [first, second] = await Promise.all(
      [1, 2].map(() => app.inject({ method: 'POST', url: '/summarize-incident', payload })),
    );
    expect(first?.statusCode).toBe(200);
    expect(first?.json()).toMatchObject({ status: 'ok', title: 'Shop down' });
    expect(first?.body).toBe(second?.body);
    expect((await app.inject({ method: 'POST', url: '/summarize-incident', payload: {} })).json()).toMatchObject({
      title: 'Incident',
    });
  });
});
