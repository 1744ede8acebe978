import { expect, it } from 'vitest';
import type { LogArchive } from '../ports/telemetry.ts';
import { readArchive } from './read-archive.ts';

const WINDOW = { from: 0, to: 60_000 };

function archive(labels: readonly string[] | null): LogArchive & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    range: (query) => {
      asked.push(query);
      const lines = [[1_000, 'ERROR gone']] as const;
      const items = [
        { labels: { k8s_namespace_name: 'shop', k8s_pod_name: 'cart-1', k8s_container_name: 'app' }, lines },
      ];
      return Promise.resolve({ state: 'read', items: asked.length === 1 ? items : [], cut: null });
    },
    ...(labels ? { labels: () => Promise.resolve({ state: 'read' as const, items: labels, cut: null }) } : {}),
    close: () => Promise.resolve(),
  };
}

it('asks by the labels the store has: the incident whole, others for failures', async () => {
  const store = archive(['k8s_namespace_name', 'k8s_pod_name', 'cluster']);
  const request = { namespaces: ['shop'], pods: ['cart-', 'job.1'], known: new Set<string>(), window: WINDOW };
  const { logs } = await readArchive(store, request);
  expect(store.asked[0]).toBe('{k8s_namespace_name=~"shop",k8s_pod_name=~"cart(-.*)?|job\\\\.1"}');
  expect(store.asked[1]).toMatch(
    /^\{k8s_namespace_name=~"shop",k8s_pod_name!~"cart\(-\.\*\)\?\|job\\\\\.1"\} \|~ "\(\?i\)error/,
  );
  expect(logs.map(({ pod, templates }) => `${pod} ${templates[0]?.level}`)).toEqual(['cart-1 error']);
});

it('falls back to the usual labels, and to Pods alone where no label names a namespace', async () => {
  const request = { namespaces: ['shop'], pods: null, known: new Set<string>(), window: WINDOW };
  const silent = archive(null);
  await readArchive(silent, request);
  expect(silent.asked).toEqual(['{namespace=~"shop"}']);
  const nameless = archive(['service_name', 'host']);
  await readArchive(nameless, { ...request, pods: ['cart-'] });
  expect(nameless.asked).toEqual(['{service_name=~"cart(-.*)?"}']);
});
