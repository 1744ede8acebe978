import { setTimeout as sleep } from 'node:timers/promises';
import { clusterReaderContract } from '@headwater/testkit/contract/cluster-reader.ts';
import {
  logArchiveContract,
  metricsReaderContract,
  traceReaderContract,
} from '@headwater/testkit/contract/telemetry.ts';
import { temporaryRecording } from '@headwater/testkit/temporary-recording.ts';
import { openCluster } from '../kubernetes/cluster-reader.ts';
import { openLoki } from '../loki/log-archive.ts';
import { openPrometheus } from '../prometheus/metrics-reader.ts';
import { openRecording } from '../recording/open.ts';
import { startReplay } from '../replay/server.ts';
import { openTempo } from '../tempo/trace-reader.ts';

const NOW = Date.parse('2026-03-01T10:00:00Z');
const MINUTE = 60_000;

const pod = (name: string, namespace: string): object => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace, uid: `uid-${namespace}-${name}` },
  spec: { containers: [{ name: 'app', image: 'app:1' }] },
  status: { phase: 'Running', containerStatuses: [{ name: 'app', restartCount: 0, state: { running: {} } }] },
});

const FILES = {
  'recording.yaml':
    'format: headwater.recording/v1\nname: contract\ntitle: A cluster to read\nnow: 2026-03-01T10:00:00Z\ncluster: {name: contract, version: v1.34.1}\n',
  'objects/pods.json': {
    apiVersion: 'v1',
    kind: 'List',
    items: [pod('web-1', 'shop'), pod('web-2', 'shop'), pod('db-0', 'data')],
  },
  'objects/rest.json': {
    apiVersion: 'v1',
    kind: 'List',
    items: [
      { apiVersion: 'v1', kind: 'Node', metadata: { name: 'node-1' } },
      {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: 'web', namespace: 'shop' },
        spec: { replicas: 2 },
      },
      {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 'db', namespace: 'shop' },
        data: { password: 'length=7 hash=abc' },
      },
    ],
  },
  'logs/shop/web-1/app.log': Array.from(
    { length: 9 },
    (_, index) => `2026-03-01T09:5${index}:00Z request ${index} served`,
  ).join('\n'),
  'metrics/up.json': {
    status: 'success',
    data: {
      resultType: 'matrix',
      result: [
        {
          metric: { __name__: 'http_requests_total', job: 'web', instance: 'a' },
          values: Array.from({ length: 20 }, (_, index) => [(NOW - (19 - index) * MINUTE) / 1000, String(index * 60)]),
        },
      ],
    },
  },
  'traces/one.json': {
    resourceSpans: [
      {
        resource: {
          attributes: [
            { key: 'service.name', value: { stringValue: 'web' } },
            { key: 'k8s.namespace.name', value: { stringValue: 'shop' } },
          ],
        },
        scopeSpans: [
          {
            spans: [
              {
                traceId: '0af7651916cd43dd8448eb211c80319c',
                spanId: 'b7ad6b7169203331',
                name: 'GET /',
                kind: 2,
                startTimeUnixNano: String((NOW - MINUTE) * 1e6),
                endTimeUnixNano: String((NOW - MINUTE + 120) * 1e6),
              },
            ],
          },
        ],
      },
    ],
  },
};

async function replayed() {
  const recording = await temporaryRecording(FILES);
  const replay = await startReplay({
    source: await openRecording(recording.path),
    clock: { now: Date.now, wait: (ms, signal) => sleep(ms, undefined, { signal }).catch(() => undefined) },
  });
  const close = async (): Promise<void> => {
    await replay.stop();
    await recording[Symbol.asyncDispose]();
  };
  return { replay, close, window: { from: NOW - 15 * MINUTE, to: NOW } };
}

function closing(close: () => Promise<void>, reader: { close(): Promise<void> }): () => Promise<void> {
  return async () => {
    await reader.close();
    await close();
  };
}

clusterReaderContract('Kubernetes adapter against replay', async () => {
  const { replay, close } = await replayed();
  const reader = await openCluster({ kubeconfigText: replay.kubeconfig, env: {}, clock: Date.now });
  return { reader, namespace: 'shop', now: NOW, close: closing(close, reader) };
});

metricsReaderContract('Prometheus adapter against replay', async () => {
  const { replay, close, window } = await replayed();
  const reader = openPrometheus({ url: `${replay.url}/prometheus`, monotonic: () => performance.now() });
  return { reader, window, selector: 'http_requests_total', stepSeconds: 60, close: closing(close, reader) };
});

logArchiveContract('Loki adapter against replay', async () => {
  const { replay, close, window } = await replayed();
  const archive = openLoki({ url: `${replay.url}/loki` });
  return { archive, window, selector: '{namespace="shop"}', close: closing(close, archive) };
});

traceReaderContract('Tempo adapter against replay', async () => {
  const { replay, close, window } = await replayed();
  const reader = openTempo({ url: `${replay.url}/tempo` });
  return { reader, window, tags: { 'service.name': 'web' }, close: closing(close, reader) };
});
