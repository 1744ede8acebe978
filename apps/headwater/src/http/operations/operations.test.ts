import { spawnSync } from 'node:child_process';
import { METRICS } from '@headwater/engine/ports/metrics.ts';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { createMetrics } from '../../observability/metrics.ts';
import { createReadiness } from '../../server/readiness.ts';
import { testServer } from '../test-server.ts';
import { operationRoutes } from './routes.ts';

const routes = operationRoutes(() => routes);
const now = (): number => Date.parse('2026-03-01T10:00:00Z');

function readiness(probe: () => Promise<unknown>) {
  return createReadiness({ probe, now, timeoutMs: 50 });
}

describe('health', () => {
  it('is alive whatever the store does', async () => {
    const services = { readiness: readiness(() => Promise.reject(new Error('down'))) };
    const app = await testServer({ routes, actor: null, services });
    for (const url of ['/healthz', '/api/healthz']) {
      const answer = await app.inject(url);
      expect(answer.json()).toEqual({ status: 'ok', timestamp: '2026-03-01T10:00:00Z' });
    }
    expect((await app.inject('/ping')).json()).toEqual({ message: 'pong' });
  });

  it('is ready exactly while the store answers, and says since when it does not', async () => {
    let broken = false;
    const state = readiness(() => (broken ? Promise.reject(new Error('no route')) : Promise.resolve()));
    const app = await testServer({ routes, actor: null, services: { readiness: state } });
    expect((await app.inject('/readyz')).json()).toMatchObject({
      status: 'ready',
      checks: [{ name: 'store', ok: true }],
    });
    broken = true;
    const down = await app.inject('/api/readyz');
    expect(down.statusCode).toBe(503);
    expect(down.headers['retry-after']).toBe('2');
    expect(down.json()).toMatchObject({
      status: 'not-ready',
      checks: [{ ok: false, message: 'no route', lastSuccess: '2026-03-01T10:00:00Z' }],
    });
  });

  it('is not ready when the store hangs, and when the process is about to go', async () => {
    const hanging = await testServer({ routes, services: { readiness: readiness(() => new Promise(() => {})) } });
    expect((await hanging.inject('/readyz')).json()).toMatchObject({
      checks: [{ ok: false, message: 'no answer within 50 ms' }],
    });
    const state = readiness(() => Promise.resolve());
    state.stopping();
    const leaving = await testServer({ routes, services: { readiness: state } });
    expect((await leaving.inject('/readyz')).json()).toMatchObject({
      status: 'not-ready',
      checks: [{ ok: true }, { name: 'process' }],
    });
  });
});

describe('metrics', () => {
  const main = createMetrics({ process: true });
  const worker = createMetrics({ process: false });
  main.count('headwater_stream_events_total', {}, 2);
  worker.count('headwater_stream_events_total', {}, 3);
  worker.set('headwater_jobs', { queue: 'diagnose', state: 'waiting' }, 4);
  worker.observe('headwater_job_duration_seconds', { queue: 'diagnose', outcome: 'done' }, 0.2);
  const services = { readMetrics: [() => main.read(), () => worker.read()] };

  it('join all threads, in the text format and in OpenMetrics', async () => {
    const app = await testServer({ routes, actor: null, services });
    const text = await app.inject('/metrics');
    expect(text.headers['content-type']).toContain('text/plain; version=0.0.4');
    expect(text.body).toContain('headwater_stream_events_total 5');
    expect(text.body).toContain('headwater_jobs{queue="diagnose",state="waiting"} 4');
    expect(text.body).toMatch(/headwater_job_duration_seconds_bucket\{le="0.25",queue="diagnose",outcome="done"\} 1/);
    expect(text.body).toContain('process_start_time_seconds');
    const accept = 'application/openmetrics-text; version=1.0.0; charset=utf-8,text/plain;q=0.5';
    const open = await app.inject({ url: '/api/metrics/prometheus', headers: { accept } });
    expect(open.headers['content-type']).toContain('application/openmetrics-text; version=1.0.0');
    expect(open.body).toMatch(/# TYPE headwater_stream_events counter\n/);
    expect(open.body.endsWith('# EOF\n')).toBe(true);
  });

  it('are JSON too', async () => {
    const report = (await (await testServer({ routes, actor: null, services })).inject('/api/metrics')).json<{
      metrics: { name: string; type: string; samples: { value: number }[] }[];
    }>();
    expect(report.metrics.find(({ name }) => name === 'headwater_stream_events_total')).toMatchObject({
      type: 'counter',
      samples: [{ value: 5 }],
    });
  });

  it('stand without what could not be read', async () => {
    const broken = createMetrics({ process: false });
    broken.beforeReading(() => Promise.reject(new Error('no database')));
    broken.set('headwater_build_info', { version: '1', node: '24' }, 1);
    const app = await testServer({ routes, services: { readMetrics: [() => broken.read()] } });
    expect((await app.inject('/metrics')).body).toContain('headwater_build_info{version="1",node="24"} 1');
  });

  it('pass the linter that comes with Prometheus', async () => {
    const all = createMetrics({ process: true });
    for (const [name, { kind, labels }] of Object.entries(METRICS)) {
      const filled = Object.fromEntries(labels.map((label) => [label, 'x']));
      if (kind === 'counter') all.count(name as never, filled);
      else if (kind === 'gauge') all.set(name as never, filled, 1);
      else all.observe(name as never, filled, 0.1);
    }
    const app = await testServer({ routes, services: { readMetrics: [() => all.read()] } });
    const { stdout, stderr, error } = spawnSync('promtool', ['check', 'metrics'], {
      input: (await app.inject('/metrics')).body,
      encoding: 'utf8',
    });
    expect(error, 'promtool is missing: apt-get install prometheus').toBeUndefined();
    expect(`${stdout}${stderr}`).toBe('');
  });

  it('are named as Prometheus asks: prefix, base unit, suffix by kind, few labels', () => {
    for (const [name, { kind, help, labels }] of Object.entries(METRICS)) {
      expect(name).toMatch(/^headwater_[a-z]+(_[a-z]+)*$/);
      expect(name.endsWith('_total'), name).toBe(kind === 'counter');
      expect(name, 'base units only').not.toMatch(/_(ms|milliseconds|minutes|kb|megabytes|percent)(_|$)/);
      if (kind === 'histogram') expect(name).toMatch(/_(seconds|bytes|alerts)$/);
      expect(help).toMatch(/\.$/);
      expect(labels.length, name).toBeLessThanOrEqual(3);
      for (const label of labels) expect(label, name).not.toMatch(/id$|fingerprint|incident|alertname|path|user/);
    }
  });
});

describe('the API document', () => {
  it('is the same in JSON and YAML and names every operation once', async () => {
    const app = await testServer({ routes, actor: null });
    const json = (await app.inject('/openapi.json')).json<{
      openapi: string;
      paths: Record<string, Record<string, { operationId: string }>>;
    }>();
    expect(json.openapi).toBe('3.1.1');
    expect(parse((await app.inject('/api/openapi.yaml')).body)).toEqual(json);
    const ids = Object.values(json.paths).flatMap((path) => Object.values(path).map(({ operationId }) => operationId));
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toContain('getReadiness');
  });
});

describe('the runtime', () => {
  it('is shown only to who is signed in, and warns of what is dangerous', async () => {
    expect((await (await testServer({ routes, actor: null })).inject('/api/runtime')).statusCode).toBe(401);
    const answer = await (await testServer({ routes })).inject('/api/runtime');
    expect(answer.json()).toMatchObject({ store: 'embedded', insecure: false, warnings: [] });
  });
});
