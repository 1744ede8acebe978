import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiResource } from '@headwater/engine/ports/cluster.ts';
import { silentLog } from '@headwater/engine/ports/log.ts';
import { expect, it } from 'vitest';
import { watchKinds } from './watch-kinds.ts';

const WIDGETS: ApiResource = {
  apiVersion: 'a/v1',
  kind: 'Widget',
  plural: 'widgets',
  namespaced: true,
  verbs: ['list'],
};
const definition = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata: { name: 'd' } };

function watch(resources: () => Promise<readonly ApiResource[]>) {
  const followed: string[] = [];
  const warned: string[] = [];
  const kinds = watchKinds({
    cluster: 'c',
    resources,
    follow: (served) => followed.push(...served.map(({ kind }) => kind)),
    log: { ...silentLog, warn: (_, message) => warned.push(message) },
    settleMs: 20,
  });
  return { kinds, followed, warned };
}

it('looks once for many definitions that come together, and not for other objects', async () => {
  let asked = 0;
  const { kinds, followed } = watch(() => Promise.resolve(++asked > 0 ? [WIDGETS] : []));
  kinds.offer('ADDED', { ...definition, kind: 'ConfigMap' });
  kinds.offer('DELETED', definition);
  await sleep(50);
  expect(asked).toBe(0);
  for (let n = 0; n < 30; n++) kinds.offer('ADDED', definition);
  await sleep(60);
  expect({ asked, followed }).toEqual({ asked: 1, followed: ['Widget'] });
  kinds.offer('MODIFIED', definition);
  kinds.stop();
  await sleep(50);
  expect(asked).toBe(1);
});

it('says when it could not look, and looks again', async () => {
  let asked = 0;
  const { kinds, followed, warned } = watch(() =>
    ++asked === 1 ? Promise.reject(new Error('no route')) : Promise.resolve([WIDGETS]),
  );
  kinds.offer('ADDED', definition);
  await sleep(50);
  expect(warned).toHaveLength(1);
  kinds.offer('MODIFIED', definition);
  await sleep(50);
  expect(followed).toEqual(['Widget']);
  kinds.stop();
});
