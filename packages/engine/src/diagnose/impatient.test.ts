import { AppError } from '@headwater/core/errors.ts';
import { describe, expect, it } from 'vitest';
import { fakeCluster } from '../collect/test-cluster.ts';
import type { MetricsReader, TraceReader } from '../ports/telemetry.ts';
import { impatient } from './impatient.ts';

const WINDOW = { from: 0, to: 1 };

function sources(answers: (number: number) => ReturnType<MetricsReader['range']>) {
  let asked = 0;
  const metrics: MetricsReader = { range: () => answers(++asked), close: () => Promise.resolve() };
  return { sources: impatient({ cluster: fakeCluster(), metrics }), count: () => asked };
}

const read = () => Promise.resolve({ state: 'read' as const, items: [], cut: null });
const ask = (metrics: MetricsReader | undefined) => metrics?.range('up', WINDOW, 15);

describe('impatient sources', () => {
  it('ask no more after the first refusal', async () => {
    const { sources: given, count } = sources((number) =>
      number === 1 ? read() : Promise.resolve({ state: 'unreachable', message: 'timed out' }),
    );
    expect(await ask(given.metrics)).toMatchObject({ state: 'read' });
    for (let times = 0; times < 3; times++)
      expect(await ask(given.metrics)).toEqual({ state: 'unreachable', message: 'timed out' });
    expect(count()).toBe(2);
  });

  it('ask no more after an error of the transport, but again after a query that was malformed', async () => {
    const broken = sources(() => Promise.reject(new AppError('unavailable', 'refused')));
    await expect(ask(broken.sources.metrics)).rejects.toThrow('refused');
    expect(await ask(broken.sources.metrics)).toEqual({ state: 'unreachable', message: 'refused' });
    expect(broken.count()).toBe(1);
    const picky = sources((number) => (number === 1 ? Promise.reject(new AppError('invalid', 'bad query')) : read()));
    await expect(ask(picky.sources.metrics)).rejects.toThrow('bad query');
    expect(await ask(picky.sources.metrics)).toMatchObject({ state: 'read' });
  });

  it('keep search and single traces together and leave absent sources absent', async () => {
    let asked = 0;
    const refused = () => {
      asked++;
      return Promise.resolve({ state: 'forbidden' as const, message: 'no' });
    };
    const traces: TraceReader = { search: refused, trace: refused, close: () => Promise.resolve() };
    const given = impatient({ cluster: fakeCluster(), traces });
    await given.traces?.search({ tags: {}, window: WINDOW, limit: 1 });
    expect(await given.traces?.trace('t')).toMatchObject({ state: 'forbidden' });
    expect(asked).toBe(1);
    expect(given.metrics).toBeUndefined();
    expect(given.logArchive).toBeUndefined();
  });
});
