import type { LogArchive, MetricsReader, TraceReader, Window } from '@headwater/engine/ports/telemetry.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

export interface MetricsUnderTest {
  readonly reader: MetricsReader;
  /** A window in which the series `selector` names has samples. */
  readonly window: Window;
  readonly selector: string;
  readonly stepSeconds: number;
  close(): Promise<void>;
}

/** What every MetricsReader must do, Prometheus itself or a replay of it. */
export function metricsReaderContract(name: string, open: () => Promise<MetricsUnderTest>): void {
  describe(`MetricsReader contract: ${name}`, () => {
    let metrics: MetricsUnderTest;
    beforeAll(async () => {
      metrics = await open();
    }, 60_000);
    afterAll(() => metrics.close());
    const range = (query: string) => metrics.reader.range(query, metrics.window, metrics.stepSeconds);

    it('answers a selector with labels and samples in time order', async () => {
      const outcome = await range(metrics.selector);
      if (outcome.state !== 'read') throw new Error(outcome.message);
      const [series] = outcome.items;
      expect(series?.labels['__name__']).toBeTruthy();
      expect(series?.samples.length).toBeGreaterThan(0);
      const times = series?.samples.map(([time]) => time) ?? [];
      expect([...times].sort((left, right) => left - right)).toEqual(times);
      for (const time of times) expect(time).toBeGreaterThanOrEqual(metrics.window.from);
    });

    it('selects by a regular expression over names', async () => {
      const name = /^\w+/.exec(metrics.selector)?.[0] ?? '';
      const outcome = await range(`{__name__=~"${name}|no_such_metric"}`);
      if (outcome.state !== 'read') throw new Error(outcome.message);
      expect(new Set(outcome.items.map(({ labels }) => labels['__name__']))).toEqual(new Set([name]));
    });

    it.each([
      'count(%)',
      'sum by (job) (%)',
      'avg without (instance) (%)',
      '% * 2 + 1',
      '% > bool 0',
      'max_over_time(%[2m])',
      'increase(%[5m])',
      '% offset 1s',
    ])('evaluates %s', async (template) => {
      const outcome = await range(template.replaceAll('%', metrics.selector));
      expect(outcome.state).toBe('read');
    });

    it('answers nothing for a name that does not exist', async () => {
      expect(await range('no_such_metric')).toEqual({ state: 'read', items: [], cut: null });
    });

    it('passes on what the server says of a malformed query', async () => {
      await expect(range('sum(')).rejects.toMatchObject({
        code: 'invalid',
        message: expect.stringContaining('parse error') as string,
      });
    });
  });
}

export interface LogsUnderTest {
  readonly archive: LogArchive;
  readonly window: Window;
  readonly selector: string;
  close(): Promise<void>;
}

/** What every LogArchive must do. */
export function logArchiveContract(name: string, open: () => Promise<LogsUnderTest>): void {
  describe(`LogArchive contract: ${name}`, () => {
    let logs: LogsUnderTest;
    beforeAll(async () => {
      logs = await open();
    });
    afterAll(() => logs.close());

    it('answers streams with their labels, lines oldest first, and says when it cut', async () => {
      const all = await logs.archive.range(logs.selector, logs.window, 5000);
      if (all.state !== 'read') throw new Error(all.message);
      expect(all.items.length).toBeGreaterThan(0);
      for (const { labels, lines } of all.items) {
        expect(Object.keys(labels).length).toBeGreaterThan(0);
        const times = lines.map(([time]) => time);
        expect([...times].sort((left, right) => left - right)).toEqual(times);
      }
      const cut = await logs.archive.range(logs.selector, logs.window, 1);
      expect(cut).toMatchObject({ state: 'read', cut: expect.stringContaining('only the newest 1') as string });
    });

    it('filters lines and refuses what is no log query', async () => {
      const none = await logs.archive.range(`${logs.selector} |= "a text that nobody logs"`, logs.window, 10);
      expect(none).toMatchObject({ state: 'read', items: [] });
      await expect(logs.archive.range('namespace="x"', logs.window, 10)).rejects.toMatchObject({ code: 'invalid' });
    });
  });
}

export interface TracesUnderTest {
  readonly reader: TraceReader;
  readonly window: Window;
  /** Resource attributes some trace carries. */
  readonly tags: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** What every TraceReader must do. */
export function traceReaderContract(name: string, open: () => Promise<TracesUnderTest>): void {
  describe(`TraceReader contract: ${name}`, () => {
    let traces: TracesUnderTest;
    beforeAll(async () => {
      traces = await open();
    });
    afterAll(() => traces.close());

    it('finds traces by attribute and reads each by id', async () => {
      const found = await traces.reader.search({ tags: traces.tags, window: traces.window, limit: 5 });
      if (found.state !== 'read') throw new Error(found.message);
      expect(found.items.length).toBeGreaterThan(0);
      const trace = await traces.reader.trace(found.items[0] ?? '');
      if (trace.state !== 'read') throw new Error(trace.message);
      expect(trace.items.length).toBeGreaterThan(0);
      for (const span of trace.items) {
        expect(span.traceId).toBe(trace.items[0]?.traceId);
        expect(span.service).not.toBe('');
        expect(span.durationMs).toBeGreaterThanOrEqual(0);
      }
    });

    it('finds nothing for an attribute nobody has, and no trace for an unknown id', async () => {
      expect(
        await traces.reader.search({ tags: { 'service.name': 'nobody' }, window: traces.window, limit: 5 }),
      ).toMatchObject({ state: 'read', items: [] });
      expect((await traces.reader.trace('00000000000000000000000000000abc')).state).toBe('unreachable');
    });
  });
}
