import { changedObjects, START } from '@headwater/engine/journal/test-journal.ts';
import { MINUTE } from '@headwater/core/time.ts';
import { useDatabase } from '@headwater/testkit/postgres/database.ts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { EXIT } from '../cli/exit-codes.ts';
import { run } from '../cli/run.ts';
import { captureIo } from '../cli/test-io.ts';
import { changeRoutes } from '../http/changes/list.ts';
import { kim } from '../http/incidents/test-incidents.ts';
import { type StreamServer, streamServer } from '../http/stream/test-stream-server.ts';
import { wire } from '../wiring.ts';

const database = useDatabase('18');
let server: StreamServer;

beforeAll(async () => {
  await changedObjects(database(), 'prod', ['flags', 'shop'], ['reader', null]);
  server = await streamServer(database(), { routes: changeRoutes, people: { good: kim }, pollMs: 50 });
});
afterAll(() => server.close());

async function headwater(line: string) {
  const captured = captureIo({
    env: { HEADWATER_SERVER: server.url, HEADWATER_TOKEN: 'good' },
    now: () => START + MINUTE,
  });
  const code = await run(line.split(' '), { io: captured.io, wiring: wire });
  return { code, stdout: captured.stdout(), stderr: captured.stderr() };
}

it('lists what changed with its differences, newest first', async () => {
  const { code, stdout, stderr } = await headwater('changes');
  expect({ code, stderr }).toEqual({ code: EXIT.ok.code, stderr: '' });
  expect(stdout.split('\n')).toEqual([
    '2026-03-01T10:00:02Z (58s ago) changed ConfigMap shop/flags (prod)',
    '    data.mode: fast -> slow',
    '2026-03-01T10:00:01Z (59s ago) changed ClusterRole reader (prod)',
    '    data.mode: fast -> slow',
    '',
  ]);
});

it('narrows by namespace, kind, object and time, and says when there is nothing', async () => {
  expect((await headwater('changes -n shop --limit 5')).stdout).toContain('shop/flags');
  expect((await headwater('changes --kind ClusterRole')).stdout).not.toContain('shop/flags');
  expect((await headwater('changes --object reader')).stdout).toContain('ClusterRole reader');
  expect((await headwater('changes --since 10s')).stdout).toBe('No changes in the last 10s.\n');
  expect((await headwater('changes --by-hand')).stdout).toBe('No changes in the last 24h.\n');
});

it('prints JSON and YAML, and names an option that is wrong', async () => {
  const items = JSON.parse((await headwater('changes -o json')).stdout) as { act: string }[];
  expect(items.map(({ act }) => act)).toEqual(['changed', 'changed']);
  expect((await headwater('changes -o yaml')).stdout).toContain('path: data.mode');
  const wrong = await headwater('changes --since soon');
  expect(wrong.code).toBe(EXIT.usage.code);
  expect(wrong.stderr).toContain('expected a duration above 0');
});
