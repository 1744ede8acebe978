import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';
import { describe, expect, it } from 'vitest';
import { pod, testReplay } from '../fixtures/replay-server.ts';
import { type JournalStep, objectsAtStart, reconcileSteps } from './journal.ts';

const at = (seconds: number, type: JournalStep['type'], object: KubeObject): JournalStep => ({
  at: seconds,
  type,
  object,
});
const names = (objects: readonly KubeObject[]): string[] =>
  objects.map(({ metadata, status }) => `${metadata.name}:${(status as { phase: string }).phase}`);
const phase = (name: string, value: string): KubeObject => pod(name, { status: { phase: value } });

it('turns the recorded end back to the start of the journal', () => {
  const final = [phase('steady', 'Running'), phase('new', 'Running'), phase('changed', 'Failed')];
  const steps = [
    at(1, 'ADDED', phase('new', 'Pending')),
    at(2, 'MODIFIED', phase('changed', 'Pending')),
    at(3, 'DELETED', phase('gone', 'Running')),
  ];
  expect(names(objectsAtStart(final, steps))).toEqual(['steady:Running', 'changed:Pending', 'gone:Running']);
  expect(reconcileSteps(final, steps, 9).map((step) => `${step.at} ${names([step.object])[0]}`)).toEqual([
    '9 new:Running',
    '9 changed:Failed',
  ]);
});

const entry = (observedAt: string, type: string, object: KubeObject): string =>
  JSON.stringify({ observedAt, type, object });
const HISTORY = [
  entry('2026-03-01T09:59:00Z', 'MODIFIED', pod('web', { resourceVersion: '20', status: { phase: 'Pending' } })),
  entry('2026-03-01T09:59:20Z', 'ADDED', pod('extra', { resourceVersion: '21' })),
  entry('2026-03-01T09:59:40Z', 'DELETED', pod('old', { resourceVersion: '22' })),
  entry('2026-03-01T10:00:30Z', 'DELETED', pod('web', { resourceVersion: '30' })),
].join('\n');
const FILES = {
  'objects/pods.json': [pod('web', { resourceVersion: '25' }), pod('extra', { resourceVersion: '21' })],
  'history/pods.jsonl': HISTORY,
};
const PODS = '/api/v1/namespaces/shop/pods';

describe('a journal', () => {
  it('is already over when the replay stands still', async () => {
    await using server = await testReplay(FILES);
    const { body } = await server.get(PODS);
    expect(body.items.map(({ metadata }) => metadata.name)).toEqual(['extra', 'web']);
  });

  it('plays forward as watch events and ends at the recorded state, never beyond its clock', async () => {
    await using server = await testReplay(FILES, { speed: 100 });
    const { body } = await server.get(PODS);
    expect(body.items.map(({ metadata }) => metadata.name)).toEqual(['old', 'web']);
    const stream = await server.stream(`${PODS}?watch=1&resourceVersion=${body.metadata.resourceVersion}`);
    const seen: string[] = [];
    for (let line = await stream.next(); line !== undefined; line = await stream.next()) {
      const { type, object } = JSON.parse(line) as { type: string; object: KubeObject };
      seen.push(`${type} ${object.metadata.name} ${(object['status'] as { phase: string }).phase}`);
      if (seen.length === 3) break;
    }
    expect(seen).toEqual(['ADDED extra Running', 'DELETED old Running', 'MODIFIED web Running']);
    expect(server.replay.time.now()).toBe(Date.parse('2026-03-01T10:00:00Z'));
    stream.close();
  });
});
