import type { ApiResource, ClusterReader } from '@headwater/engine/ports/cluster.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

export interface ClusterUnderTest {
  readonly reader: ClusterReader;
  /** A namespace with at least one Pod whose container has logged. */
  readonly namespace: string;
  /** The recorded or real moment, in milliseconds, give or take a minute; null when any will do. */
  readonly now: number | null;
  close(): Promise<void>;
}

/** What every ClusterReader must do, whichever API server stands behind it. */
export function clusterReaderContract(name: string, open: () => Promise<ClusterUnderTest>): void {
  describe(`ClusterReader contract: ${name}`, () => {
    let cluster: ClusterUnderTest;
    beforeAll(async () => {
      cluster = await open();
    });
    afterAll(() => cluster.close());

    const resource = async (kind: string): Promise<ApiResource> => {
      const { resources } = await cluster.reader.resources();
      const found = resources.find((candidate) => candidate.kind === kind);
      if (!found) throw new Error(`no ${kind} is served`);
      return found;
    };

    it('tells its version and its clock', async () => {
      expect(await cluster.reader.version()).toMatch(/^v\d+\.\d+/);
      const time = await cluster.reader.time();
      expect(time).toBeTypeOf('number');
      if (cluster.now !== null) expect(Math.abs((time ?? 0) - cluster.now)).toBeLessThan(60_000);
    });

    it('discovers built-in kinds with plural, scope and verbs', async () => {
      expect(await resource('Pod')).toMatchObject({
        apiVersion: 'v1',
        plural: 'pods',
        namespaced: true,
        verbs: expect.arrayContaining(['get', 'list', 'watch']) as string[],
      });
      expect(await resource('Deployment')).toMatchObject({
        apiVersion: 'apps/v1',
        plural: 'deployments',
        namespaced: true,
      });
      expect(await resource('Node')).toMatchObject({ plural: 'nodes', namespaced: false });
    });

    it('lists all namespaces and one, with kind and apiVersion on every object', async () => {
      const pods = await cluster.reader.list({ resource: await resource('Pod') });
      if (pods.state !== 'read') throw new Error(pods.message);
      expect(pods.objects.length).toBeGreaterThan(0);
      for (const { kind, apiVersion } of pods.objects) expect([kind, apiVersion]).toEqual(['Pod', 'v1']);
      const here = await cluster.reader.list({ resource: await resource('Pod'), namespace: cluster.namespace });
      if (here.state !== 'read') throw new Error(here.message);
      expect(here.objects.map(({ metadata }) => metadata.namespace)).toEqual(here.objects.map(() => cluster.namespace));
      expect(here.objects.length).toBe(
        pods.objects.filter(({ metadata }) => metadata.namespace === cluster.namespace).length,
      );
    });

    it('reads Secrets without any value', async () => {
      const secrets = await cluster.reader.list({ resource: await resource('Secret') });
      if (secrets.state !== 'read') throw new Error(secrets.message);
      for (const secret of secrets.objects) {
        const values = Object.values((secret as { data?: Record<string, string> }).data ?? {});
        expect(values.every((value) => value === '')).toBe(true);
      }
    });

    it('takes a kind that is gone for empty', async () => {
      const outcome = await cluster.reader.list({
        resource: { apiVersion: 'gone.example/v1', kind: 'Gone', plural: 'gones', namespaced: true, verbs: ['list'] },
      });
      expect(outcome).toEqual({ state: 'read', objects: [], cut: null });
    });

    it('streams a container log and says when there is none', async () => {
      const pods = await cluster.reader.list({ resource: await resource('Pod'), namespace: cluster.namespace });
      if (pods.state !== 'read') throw new Error(pods.message);
      const request = { namespace: cluster.namespace, previous: false, tailLines: 5, since: null, limitBytes: 100_000 };
      const lines: string[] = [];
      for (const pod of pods.objects) {
        const name = (pod as { spec?: { containers?: { name: string }[] } }).spec?.containers?.[0]?.name ?? '';
        const outcome = await cluster.reader.logs({ ...request, pod: pod.metadata.name, container: name });
        if (outcome.state !== 'read') continue;
        for await (const line of outcome.lines) lines.push(line);
        if (lines.length > 0) break;
      }
      expect(lines.length).toBeGreaterThan(0);
      expect(lines.length).toBeLessThanOrEqual(5);
      expect(lines[0]).toMatch(/^\d{4}-\d\d-\d\dT/);
      const none = await cluster.reader.logs({ ...request, pod: 'no-such-pod', container: 'app' });
      expect(none.state).toBe('absent');
    });

    it('answers whether it may do something', async () => {
      expect(await cluster.reader.allowed('list', await resource('Pod'))).toBe(true);
    });
  });
}
