import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { context, propagation, trace } from '@opentelemetry/api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { operationRoutes } from '../http/operations/routes.ts';
import { testServer } from '../http/test-server.ts';
import { startTracing, traceEndpoint } from './start-tracing.ts';
import { tracing } from './tracing.ts';

interface Span {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly kind: number;
  readonly status: { readonly code?: number };
  readonly attributes: readonly { readonly key: string; readonly value: { stringValue?: string; intValue?: number } }[];
}

const received: { path: string; services: string[]; spans: Span[] }[] = [];
const sink = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const body = JSON.parse(Buffer.concat(chunks).toString()) as {
      resourceSpans: { resource: { attributes: Span['attributes'] }; scopeSpans: { spans: Span[] }[] }[];
    };
    received.push({
      path: request.url ?? '',
      services: body.resourceSpans.flatMap(({ resource }) =>
        resource.attributes.filter(({ key }) => key === 'service.name').map(({ value }) => value.stringValue ?? ''),
      ),
      spans: body.resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)),
    });
    response.end('{}');
  });
});

beforeAll(() => new Promise<void>((resolve) => sink.listen(0, '127.0.0.1', resolve)));
afterAll(() => {
  sink.close();
  // The provider is global to the thread, which other test files share.
  trace.disable();
  context.disable();
  propagation.disable();
});

describe('traces', () => {
  it('go nowhere, and load nothing, unless an endpoint is configured', async () => {
    expect(traceEndpoint({})).toBeUndefined();
    await (await startTracing({}, '1'))();
    expect(await tracing.span('work', {}, () => Promise.resolve(7))).toBe(7);
  });

  it('name their endpoint as OpenTelemetry does', () => {
    expect(traceEndpoint({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318/' })).toBe('http://c:4318/v1/traces');
    const both = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318', OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://t/x' };
    expect(traceEndpoint(both)).toBe('http://t/x');
  });

  it('tell of requests below their caller, of the work inside, and of failures', async () => {
    const url = `http://127.0.0.1:${(sink.address() as AddressInfo).port}`;
    const stop = await startTracing({ OTEL_EXPORTER_OTLP_ENDPOINT: url, OTEL_SERVICE_NAME: 'hw' }, '1.2.3');
    const routes = operationRoutes(() => []);
    const check = () => tracing.span('probe', { store: 'x' }, () => Promise.resolve([]));
    const app = await testServer({ routes, services: { readiness: { check, stopping: () => {} } } });
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    await app.inject({ url: '/readyz', headers: { traceparent } });
    await tracing.span('job diagnose', { queue: 'diagnose' }, () => Promise.reject(new Error('no'))).catch(() => {});
    await stop();

    const spans = received.flatMap((one) => one.spans);
    expect(received[0]).toMatchObject({ path: '/v1/traces', services: ['hw'] });
    const request = spans.find(({ name }) => name === 'GET /readyz');
    expect(request).toMatchObject({ traceId: '0af7651916cd43dd8448eb211c80319c', parentSpanId: 'b7ad6b7169203331' });
    const status = request?.attributes.find(({ key }) => key === 'http.response.status_code');
    expect(status?.value.intValue).toBe(200);
    expect(spans.find(({ name }) => name === 'probe')).toMatchObject({ parentSpanId: request?.spanId });
    expect(spans.find(({ name }) => name === 'job diagnose')?.status.code).toBe(2);
  });
});
