import { setTimeout as sleep } from 'node:timers/promises';
import { canonicalJson } from '@headwater/core/ids.ts';
import { metricsReaderContract } from '@headwater/testkit/contract/telemetry.ts';
import { hasPrometheus, startPrometheus } from '@headwater/testkit/real-prometheus.ts';
import { describe, expect, it } from 'vitest';
import { openPrometheus } from '../prometheus/metrics-reader.ts';
import { parsePromQL } from '../replay/prometheus/promql/parser.ts';
import { evaluateRange } from '../replay/prometheus/promql/evaluate.ts';

const HOW =
  'the real-Prometheus lane needs the `prometheus` executable: apt-get install prometheus (Debian), then run the tests again';

// A lane must not vanish unseen: on a machine that is meant to have everything its absence fails, elsewhere it is said loudly.
if (!hasPrometheus()) {
  describe('MetricsReader contract: Prometheus adapter against a real Prometheus', () => {
    it(`is not run: ${HOW}`, () => {
      process.stderr.write(`\nNOT RUN: ${HOW}\n`);
      expect(process.env['CI'], HOW).not.toBe('true');
    });
  });
} else {
  let requests = 0;
  const metrics = (): string =>
    `# TYPE http_requests_total counter\nhttp_requests_total{code="200"} ${(requests += 7)}\nhttp_requests_total{code="500"} ${Math.floor(requests / 10)}\n`;
  const open = async () => {
    const server = await startPrometheus(metrics);
    await sleep(6_000);
    const reader = openPrometheus({ url: server.url, monotonic: () => performance.now() });
    const now = Date.now();
    return { server, reader, window: { from: now - 10_000, to: now } };
  };

  metricsReaderContract('Prometheus adapter against a real Prometheus', async () => {
    const { server, reader, window } = await open();
    return {
      reader,
      window,
      selector: 'http_requests_total',
      stepSeconds: 1,
      close: async () => {
        await reader.close();
        await server.stop();
      },
    };
  });

  describe('replay/prometheus against a real Prometheus', () => {
    it('evaluates the same samples to the same answers', async () => {
      const { server, reader } = await open();
      try {
        const to = Math.floor(Date.now() / 1000) * 1000;
        const window = { from: to - 4_000, to };
        // Every scraped sample, as a recording would hold it.
        const raw = await reader.range('http_requests_total', { from: to - 30_000, to }, 1);
        if (raw.state !== 'read') throw new Error(raw.message);
        for (const query of [
          'sum(http_requests_total)',
          'http_requests_total{code="500"} / ignoring (code) http_requests_total{code="200"}',
          'max_over_time(http_requests_total[3s])',
          'count by (job) (http_requests_total)',
          'http_requests_total > 10',
        ]) {
          const real = await reader.range(query, window, 1);
          if (real.state !== 'read') throw new Error(real.message);
          const ours = evaluateRange(parsePromQL(query), raw.items, { start: window.from, end: window.to, step: 1000 });
          const last = (series: { labels: object; samples: readonly (readonly [number, number])[] }[]) =>
            series.map(({ labels, samples }) => `${canonicalJson(labels)} ${samples.at(-1)?.[1]}`).sort();
          expect(last(ours.map(({ labels, points }) => ({ labels, samples: points }))), query).toEqual(
            last([...real.items]),
          );
        }
      } finally {
        await reader.close();
        await server.stop();
      }
    }, 60_000);
  });
}
