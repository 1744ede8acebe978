import { setTimeout as sleep } from 'node:timers/promises';
import { catalogSamples, incidentMetricsContract } from '@headwater/testkit/contract/incident-metrics.ts';
import { hasPrometheus, startPrometheus } from '@headwater/testkit/real-prometheus.ts';
import { temporaryRecording } from '@headwater/testkit/temporary-recording.ts';
import { describe, expect, it } from 'vitest';
import { openPrometheus } from '../prometheus/metrics-reader.ts';
import { openRecording } from '../recording/open.ts';
import { startReplay } from '../replay/server.ts';

const NOW = Date.parse('2026-03-01T10:00:00Z');
const MINUTE = 60_000;

incidentMetricsContract('a replay', async () => {
  const result = catalogSamples().map(({ name, labels }) => ({
    metric: { __name__: name, instance: '127.0.0.1:9100', ...labels },
    values: Array.from({ length: 20 }, (_, index) => [(NOW - (19 - index) * MINUTE) / 1000, String(index)]),
  }));
  const files = await temporaryRecording({
    'metrics/all.json': { status: 'success', data: { resultType: 'matrix', result } },
  });
  const replay = await startReplay({
    source: await openRecording(files.path),
    clock: { now: Date.now, wait: (ms, signal) => sleep(ms, undefined, { signal }).catch(() => undefined) },
  });
  const reader = openPrometheus({ url: `${replay.url}/prometheus`, monotonic: () => performance.now() });
  return {
    reader,
    window: { from: NOW - 20 * MINUTE, to: NOW },
    close: async () => {
      await reader.close();
      await replay.stop();
      await files[Symbol.asyncDispose]();
    },
  };
});

if (!hasPrometheus()) {
  describe('metrics of an incident: a real Prometheus', () => {
    it('is not run: apt-get install prometheus (Debian), then run the tests again', () => {
      expect(process.env['CI']).not.toBe('true');
    });
  });
} else
  incidentMetricsContract('a real Prometheus', async () => {
    const lines = catalogSamples().map(({ name, labels }) => {
      const text = Object.entries(labels).map(([key, value]) => `${key}="${value}"`);
      return `${name}{${text.join(',')}} 1`;
    });
    const server = await startPrometheus(() => `${lines.join('\n')}\n`);
    // Prometheus waits five seconds before it looks for its first targets.
    await sleep(8_000);
    const reader = openPrometheus({ url: server.url, monotonic: () => performance.now() });
    return {
      reader,
      window: { from: Date.now() - 60_000, to: Date.now() },
      close: async () => {
        await reader.close();
        await server.stop();
      },
    };
  });
