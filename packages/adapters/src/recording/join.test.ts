import { resolve } from 'node:path';
import { request } from 'undici';
import { expect, it } from 'vitest';
import type { RecordingItem, RecordingPart, RecordingSource } from '@headwater/engine/ports/recording.ts';
import { joinRecordings } from './join.ts';
import { openRecording } from './open.ts';
import { withRepair } from './repair.ts';
import { endingAt, shiftRecording, shiftText } from './shift.ts';
import { startReplay } from '../replay/server.ts';

const NOW = Date.parse('2030-01-01T00:00:00Z');
const shipped = (name: string): Promise<RecordingSource> =>
  openRecording(resolve(import.meta.dirname, '../../../../recordings', name)).then((source) => endingAt(source, NOW));

async function itemsOf(source: RecordingSource, parts?: readonly RecordingPart[]): Promise<RecordingItem[]> {
  const items: RecordingItem[] = [];
  for await (const item of source.read(parts)) items.push(item);
  return items;
}

it.each([
  ['2026-03-01T10:00:00Z', '2026-03-01T11:00:00Z'],
  ['at 2026-03-01T23:30:00.123456789Z it fell', 'at 2026-03-02T00:30:00.123456789Z it fell'],
  ['2026-03-01T10:00:00+02:00', '2026-03-01T09:00:00Z'],
  ['2026-03-01 23:30:00,123 ERROR it fell', '2026-03-02 00:30:00,123 ERROR it fell'],
  ['2026-13-01 23:30:00 and 10:00:00 are no times', undefined],
  ['2026-13-45T10:00:00Z is no time, 0001-01-01T00:00:00Z is none either', undefined],
])('moves %s by an hour', (text, expected) => {
  expect(shiftText(text, 3_600_000)).toBe(expected ?? text);
});

it('moves everything of a recording alike', async () => {
  const source = await shipped('traffic-surge');
  const by = 86_400_000;
  const [before, after] = [
    await itemsOf(source, ['alerts', 'metrics']),
    await itemsOf(shiftRecording(source, by), ['alerts', 'metrics']),
  ];
  expect(after).toHaveLength(before.length);
  for (const [index, item] of before.entries()) {
    const moved = after[index];
    if (item.type === 'alert' && moved?.type === 'alert' && item.alert.startsAt !== null)
      expect(moved.alert.startsAt).toBe(item.alert.startsAt + by);
    if (item.type === 'series' && moved?.type === 'series')
      expect(moved.series.samples.map(([at]) => at - by)).toEqual(item.series.samples.map(([at]) => at));
  }
});

it('joins recordings into one cluster that ends now', async () => {
  const joined = await joinRecordings([await shipped('oom-killed'), await shipped('traffic-surge')], {
    cluster: 'demo',
    now: NOW,
  });
  expect(joined.manifest).toMatchObject({ now: '2030-01-01T00:00:00Z', cluster: { name: 'demo' } });
  const items = await itemsOf(joined);
  const keys = items.flatMap((item) =>
    item.type === 'object'
      ? [
          `${item.object.apiVersion}/${item.object.kind}/${item.object.metadata?.namespace}/${item.object.metadata?.name}`,
        ]
      : [],
  );
  expect(new Set(keys).size).toBe(keys.length);
  const alerts = items.flatMap((item) => (item.type === 'alert' ? [item.alert] : []));
  expect(new Set(alerts.map(({ labels }) => labels['namespace']))).toEqual(new Set(['media', 'store-prod']));
  for (const { startsAt } of alerts) expect(startsAt).toBeLessThan(NOW);
});

it('takes a namespace from the first recording that has it, whole', async () => {
  const [surge, oom] = [await shipped('traffic-surge'), await shipped('oom-killed')];
  // Both have an application in `search-indexing`.
  const joined = await joinRecordings([oom, surge], { cluster: 'demo', now: NOW });
  const podsOf = async (source: RecordingSource): Promise<string[]> =>
    (await source.logs()).filter(({ namespace }) => namespace === 'search-indexing').map(({ pod }) => pod);
  expect(await podsOf(joined)).toEqual(await podsOf(oom));
  const [pod] = await podsOf(surge);
  expect(
    await joined.openLog({ namespace: 'search-indexing', pod: pod ?? '', container: 'x', previous: false }),
  ).toBeNull();
});

it('says that there is nothing to join', async () => {
  await expect(joinRecordings([], { cluster: 'demo', now: NOW })).rejects.toThrow('expected at least one');
});

it('plays a repair in the middle of a cluster', async () => {
  const at = NOW + 60_000;
  const repaired = endingAt(await shipped('oom-killed-repaired'), at);
  const source = await withRepair(await shipped('oom-killed'), repaired, { namespace: 'media', at });
  const joined = await joinRecordings([source, await shipped('traffic-surge')], { cluster: 'demo', now: at + 60_000 });
  let offset = 0;
  let wake = (): void => undefined;
  const clock = { now: () => offset, wait: () => new Promise<void>((done) => (wake = done)) };
  const replay = await startReplay({ source: joined, clock, speed: 1, from: NOW });
  const pods = async (namespace: string): Promise<string[]> => {
    const answer = await request(`${replay.url}/api/v1/namespaces/${namespace}/pods`);
    const { items } = (await answer.body.json()) as { items: { metadata: { name: string } }[] };
    return items.map(({ metadata }) => metadata.name);
  };
  try {
    const [before, others] = [await pods('media'), await pods('store-prod')];
    expect(before.filter((name) => name.startsWith('svc-playback'))).toHaveLength(2);
    offset = 61_000;
    wake();
    await expect.poll(() => pods('media')).not.toEqual(before);
    expect(await pods('store-prod')).toEqual(others);
    const logs = await joined.logs();
    const fresh = (await pods('media')).filter((name) => !before.includes(name));
    expect(fresh.length).toBeGreaterThan(0);
    for (const pod of fresh) expect(logs.some((log) => log.pod === pod)).toBe(true);
  } finally {
    await replay.stop();
  }
});
