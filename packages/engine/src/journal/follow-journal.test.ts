import { scopeOfBindings } from '@headwater/core/access/scope.ts';
import { MINUTE, SECOND } from '@headwater/core/time.ts';
import { useDatabase } from '@headwater/testkit/postgres/database.ts';
import { ENGINES } from '@headwater/testkit/postgres/server.ts';
import { beforeEach, describe, expect, it } from 'vitest';
import { emptyInput } from '@headwater/diagnosis/snapshot/input.ts';
import { buildSnapshot } from '@headwater/diagnosis/snapshot/snapshot.ts';
import type { JournalChange } from '../ports/store/journal.ts';
import { journalWindow } from './window.ts';
import { CLUSTER, drain, type JournalWorld, journalWorld, object, START } from './test-journal.ts';

const EVERYTHING = scopeOfBindings([{ role: 'admin', cluster: '*', namespace: '*' }]);

describe.each(ENGINES)('the object journal on PostgreSQL %s', (engine) => {
  const database = useDatabase(engine);
  let world: JournalWorld;

  beforeEach(async () => {
    await database().pool.query('truncate journal_content, journal_object, journal_version, journal_cluster');
    world = journalWorld(database());
  });

  async function changes(): Promise<readonly JournalChange[]> {
    return database().store.journal.list({ scope: EVERYTHING }, { after: null, limit: 100 });
  }
  async function brief(): Promise<string[]> {
    return (await changes()).map(({ act, kind, name, actor, diff }) =>
      [
        `${act} ${kind} ${name}`,
        actor ?? '-',
        ...diff.map(({ path, before, after }) => `${path}: ${before} -> ${after}`),
      ].join(' | '),
    );
  }
  const rows = async (table: string): Promise<number> =>
    Number((await database().pool.query<{ n: string }>(`select count(*) as n from ${table}`)).rows[0]?.n);

  /** A process that has followed `held` until the clock's time. */
  async function followed(...held: ReturnType<typeof object>[]) {
    const journal = world.start();
    for (const one of held) journal.offer('ADDED', one);
    journal.listed(new Set(['ConfigMap', 'Secret', 'Deployment', 'NetworkPolicy', 'Node', 'Schedule', 'PodChaos']));
    await drain(journal);
    return journal;
  }

  it('takes what is there at first as a state, and no change', async () => {
    await followed(object({ data: { mode: 'fast' } }));
    expect(await changes()).toEqual([]);
    expect(await rows('journal_version')).toBe(1);
  });

  it('keeps a change with its difference, its time and who made it', async () => {
    const journal = await followed(object({ data: { mode: 'fast', size: '1' } }));
    world.clock.now += MINUTE;
    const writers = [{ manager: 'kubectl-edit', time: START + 58 * SECOND }];
    journal.offer('MODIFIED', object({ data: { mode: 'slow', size: '1' }, writers }));
    await drain(journal);
    expect(await changes()).toMatchObject([
      {
        act: 'changed',
        kind: 'ConfigMap',
        namespace: 'shop',
        at: START + 58 * SECOND,
        noEarlierThan: null,
        actor: 'kubectl-edit',
        byHand: true,
        diff: [{ path: 'data.mode', before: 'fast', after: 'slow' }],
      },
    ]);
  });

  it('writes nothing for status, bookkeeping and heartbeats', async () => {
    const spec = { replicas: 2, template: { spec: { containers: [{ name: 'app', image: 'app:1' }] } } };
    const deployment = (more: object) => object({ apiVersion: 'apps/v1', kind: 'Deployment', spec, ...more });
    const node = (time: string) =>
      object({
        kind: 'Node',
        name: 'n1',
        namespace: null,
        spec: {},
        status: { conditions: [{ type: 'Ready', status: 'True', lastHeartbeatTime: time }], allocatable: { cpu: '4' } },
      });
    const journal = await followed(deployment({ status: { readyReplicas: 1 } }), node('2026-03-01T09:59:00Z'));
    journal.offer('MODIFIED', deployment({ status: { readyReplicas: 2 } }));
    journal.offer('MODIFIED', deployment({ metadata: { annotations: { 'deployment.kubernetes.io/revision': '7' } } }));
    journal.offer('MODIFIED', node('2026-03-01T10:00:10Z'));
    await drain(journal);
    expect(await changes()).toEqual([]);
    expect(await rows('journal_version')).toBe(2);
  });

  it('stores a content once, however often an object comes back to it', async () => {
    const scaled = (replicas: number) =>
      object({
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        spec: { replicas },
        writers: [{ manager: 'kube-controller-manager', subresource: 'scale', time: world.clock.now }],
      });
    const journal = await followed(scaled(2));
    journal.offer(
      'ADDED',
      object({
        apiVersion: 'autoscaling/v2',
        kind: 'HorizontalPodAutoscaler',
        spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'app' } },
      }),
    );
    for (const replicas of [5, 2, 5, 2]) journal.offer('MODIFIED', scaled(replicas));
    await drain(journal);
    expect((await brief()).slice(0, 2)).toEqual([
      'changed Deployment app | HorizontalPodAutoscaler shop/app | spec.replicas: 5 -> 2',
      'changed Deployment app | HorizontalPodAutoscaler shop/app | spec.replicas: 2 -> 5',
    ]);
    expect(await rows('journal_version')).toBe(6);
    expect(await rows('journal_content')).toBe(3);
  });

  it('keeps no value of a Secret, and yet says which key changed', async () => {
    const secret = (password: string) => {
      const one = object({ kind: 'Secret', name: 'db', type: 'Opaque' });
      const data = { user: btoa('app'), password: btoa(password) };
      world.secrets.set('shop/db', { state: 'read', object: { ...one, data } });
      return one;
    };
    const journal = await followed(secret('hunter2-a'));
    journal.offer('MODIFIED', secret('hunter2-b'));
    await drain(journal);
    expect(await brief()).toEqual(['changed Secret db | - | data.password: redacted -> redacted (changed)']);
    const bodies = await database().store.journal.bodies(
      (await database().pool.query<{ hash: string }>('select hash from journal_content')).rows.map(({ hash }) => hash),
    );
    const text = [...bodies.values()].join('\n');
    expect(text).toMatch(/"password":"<redacted: 9 bytes, hmac-sha256 [0-9a-f]{16}>"/);
    expect(text).not.toContain('hunter2');
    expect(text).not.toContain(btoa('hunter2-a'));
  });

  it('still tells that a Secret was written when its values may not be read', async () => {
    world.secrets.set('shop/db', { state: 'forbidden', message: 'no' });
    const journal = await followed(object({ kind: 'Secret', name: 'db' }));
    journal.offer('MODIFIED', object({ kind: 'Secret', name: 'db' }));
    await drain(journal);
    expect(await brief()).toEqual([expect.stringMatching(/^changed Secret db \| - \| written: \d+ -> \d+$/)]);
  });

  it('waits with a Secret that cannot be read now, and stores everything else', async () => {
    const secret = object({ kind: 'Secret', name: 'db' });
    const data = (password: string) =>
      ({ state: 'read', object: { ...secret, data: { password: btoa(password) } } }) as const;
    world.secrets.set('shop/db', data('one'));
    const journal = await followed(secret, object({ data: { mode: 'a' } }));
    world.secrets.set('shop/db', { state: 'unreachable', message: 'timeout' });
    journal.offer('MODIFIED', object({ kind: 'Secret', name: 'db' }));
    journal.offer('MODIFIED', object({ data: { mode: 'b' } }));
    expect(await journal.flush()).toBe(false);
    expect(await brief()).toEqual(['changed ConfigMap app | - | data.mode: a -> b']);
    expect(journal.waiting()).toBe(1);
    world.secrets.set('shop/db', data('two'));
    await drain(journal);
    expect((await brief())[0]).toBe('changed Secret db | - | data.password: redacted -> redacted (changed)');
  });

  it('does not call keys new when only the right to read them is', async () => {
    world.secrets.set('shop/db', { state: 'forbidden', message: 'no' });
    const journal = await followed(object({ kind: 'Secret', name: 'db' }));
    const secret = object({ kind: 'Secret', name: 'db' });
    world.secrets.set('shop/db', { state: 'read', object: { ...secret, data: { password: btoa('x') } } });
    journal.offer('MODIFIED', secret);
    await drain(journal);
    expect(await brief()).toEqual(['changed Secret db | - | data: redacted -> redacted (changed)']);
  });

  it('masks credentials in a ConfigMap, and still sees one change', async () => {
    const config = (password: string) => object({ data: { 'app.yaml': `db:\n  password: "${password}"\n` } });
    const journal = await followed(config('s3cret-one'));
    journal.offer('MODIFIED', config('s3cret-two'));
    await drain(journal);
    expect(await brief()).toEqual([
      expect.stringMatching(/^changed ConfigMap app \| - \| maskedValues\['app.yaml'\]: \w+ -> \w+$/),
    ]);
  });

  it('keeps a ConfigMap of a megabyte by the hashes of its long values', async () => {
    const journal = await followed(
      object({ data: { big: 'x'.repeat(900_000), other: 'y'.repeat(120_000), mode: 'a' } }),
    );
    journal.offer('MODIFIED', object({ data: { big: 'z'.repeat(900_000), other: 'y'.repeat(120_000), mode: 'b' } }));
    await drain(journal);
    const [change] = await changes();
    expect(change?.diff.map(({ path }) => path)).toEqual(['data.big', 'data.mode']);
    expect(change?.diff[0]?.after).toMatch(/^<900000 characters, hmac-sha256 /);
    const { rows: sizes } = await database().pool.query<{ size: number }>(
      'select max(size) as size from journal_content',
    );
    expect(sizes[0]?.size).toBeLessThan(2_000);
  });

  describe('after a restart', () => {
    const STOPPED = START + MINUTE;

    async function restarted() {
      world.clock.now = STOPPED;
      const old = world.start();
      old.listed(new Set());
      await drain(old);
      world.clock.now = STOPPED + 20 * MINUTE;
      return world.start();
    }
    async function listing(journal: Awaited<ReturnType<typeof restarted>>, ...held: ReturnType<typeof object>[]) {
      for (const one of held) journal.offer('ADDED', one);
      journal.listed(new Set(['ConfigMap', 'NetworkPolicy']));
      await drain(journal);
      return changes();
    }

    it('records a change made meanwhile at the time the object tells', async () => {
      await followed(object({ data: { mode: 'fast' } }));
      const writers = [{ manager: 'argocd-controller', time: STOPPED + 5 * MINUTE }];
      const labels = { 'argocd.argoproj.io/instance': 'shop-prod' };
      const held = object({ data: { mode: 'slow' }, writers, metadata: { labels } });
      expect(await listing(await restarted(), held)).toMatchObject([
        { act: 'changed', at: STOPPED + 5 * MINUTE, noEarlierThan: null, actor: 'Argo CD application shop-prod' },
      ]);
    });

    it('records one that nobody signed as between the end and the start', async () => {
      await followed(object({ data: { mode: 'fast' } }));
      expect(await listing(await restarted(), object({ data: { mode: 'slow' } }))).toMatchObject([
        { act: 'changed', at: STOPPED + 20 * MINUTE, noEarlierThan: STOPPED },
      ]);
    });

    it('records creations and deletions, and an object that was replaced by another of its name', async () => {
      await followed(object({ name: 'gone' }), object({ name: 'swapped', uid: 'u1' }), object({ name: 'same' }));
      const created = STOPPED + 3 * MINUTE;
      const found = await listing(
        await restarted(),
        object({ name: 'same' }),
        object({ name: 'new', created }),
        object({ name: 'swapped', uid: 'u2', created }),
      );
      expect(
        found.map(({ act, name, at, noEarlierThan }) => [act, name, at - STOPPED, noEarlierThan === STOPPED]),
      ).toEqual([
        ['deleted', 'gone', 20 * MINUTE, true],
        ['created', 'swapped', 3 * MINUTE, false],
        ['deleted', 'swapped', 3 * MINUTE, true],
        ['created', 'new', 3 * MINUTE, false],
      ]);
    });

    it('takes nothing for deleted of a kind that could not be listed', async () => {
      await followed(object({ name: 'kept', apiVersion: 'apps/v1', kind: 'Deployment', spec: {} }));
      expect(await listing(await restarted())).toEqual([]);
    });
  });

  it('passes over an object nested too deep to walk, and stores the others', async () => {
    let deep: unknown = 1;
    for (let depth = 0; depth < 20_000; depth++) deep = { deep };
    const journal = await followed(
      object({ apiVersion: 'example.com/v1', kind: 'Widget' }),
      object({ data: { mode: 'a' } }),
    );
    journal.offer('MODIFIED', { ...object({ apiVersion: 'example.com/v1', kind: 'Widget' }), spec: deep });
    journal.offer('MODIFIED', object({ data: { mode: 'b' } }));
    await drain(journal);
    expect(await brief()).toEqual(['changed ConfigMap app | - | data.mode: a -> b']);
  });

  it('stores a version once when two processes follow the same cluster', async () => {
    const held = object({ data: { mode: 'fast' } });
    const first = await followed(held);
    const second = await followed(held);
    const changed = object({ data: { mode: 'slow' } });
    for (const journal of [first, second]) journal.offer('MODIFIED', changed);
    await Promise.all([first.flush(), second.flush()]);
    expect(await brief()).toHaveLength(1);
  });

  it('loses nothing while the store is away, and keeps the order', async () => {
    const journal = await followed(object({ data: { mode: 'a' } }));
    journal.offer('MODIFIED', object({ data: { mode: 'b' } }));
    await database().pool.query('alter table journal_version rename to away');
    await expect(journal.flush()).rejects.toThrow();
    journal.offer('MODIFIED', object({ data: { mode: 'c' } }));
    await database().pool.query('alter table away rename to journal_version');
    await drain(journal);
    expect(await brief()).toEqual([
      'changed ConfigMap app | - | data.mode: b -> c',
      'changed ConfigMap app | - | data.mode: a -> b',
    ]);
  });

  it('keeps injected faults though a schedule owns them, and no leases, Pods of workloads or roots of trust', async () => {
    const owned = { ownerReferences: [{ kind: 'Schedule', name: 's', controller: true }] };
    const journal = await followed();
    const now = world.clock.now;
    journal.offer(
      'ADDED',
      object({ apiVersion: 'chaos-mesh.org/v1alpha1', kind: 'PodChaos', name: 'kill', created: now, metadata: owned }),
    );
    journal.offer('ADDED', object({ kind: 'Pod', name: 'p', created: now, metadata: owned }));
    journal.offer('ADDED', object({ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', name: 'l', created: now }));
    journal.offer('ADDED', object({ name: 'kube-root-ca.crt', created: now }));
    await drain(journal);
    expect(await brief()).toEqual(['created PodChaos kill | -']);
  });

  it('keeps Helm releases by name and state, reads none of them, and takes forgotten revisions for no end', async () => {
    const release = (revision: number, status: string, created = world.clock.now) =>
      object({
        kind: 'Secret',
        name: `sh.helm.release.v1.checkout.v${revision}`,
        created,
        metadata: { labels: { name: 'checkout', owner: 'helm', version: String(revision), status, modifiedAt: '1' } },
      });
    const journal = await followed(release(1, 'deployed', START - MINUTE * 60));
    journal.offer('ADDED', release(2, 'pending-upgrade'));
    journal.offer('MODIFIED', release(2, 'deployed'));
    journal.offer('MODIFIED', release(1, 'superseded', START - MINUTE * 60));
    journal.offer('DELETED', release(1, 'superseded', START - MINUTE * 60));
    journal.offer('MODIFIED', release(2, 'failed'));
    await drain(journal);
    const name = 'Secret sh.helm.release.v1.checkout.v2';
    expect(await brief()).toEqual([
      `changed ${name} | - | metadata.labels.status: deployed -> failed`,
      `changed ${name} | - | metadata.labels.status: pending-upgrade -> deployed`,
      `created ${name} | -`,
    ]);
  });

  it('gives a diagnosis the changes of its window, with what was before', async () => {
    const journal = await followed(
      object({ data: { mode: 'a' } }),
      object({ name: 'far', namespace: 'bank', data: { n: '1' } }),
    );
    world.clock.now += MINUTE;
    journal.offer(
      'MODIFIED',
      object({ data: { mode: 'b' }, writers: [{ manager: 'kubectl-edit', time: world.clock.now }] }),
    );
    journal.offer('MODIFIED', object({ name: 'far', namespace: 'bank', data: { n: '2' } }));
    journal.offer('ADDED', object({ name: 'new', created: world.clock.now, data: {} }));
    await drain(journal);
    world.clock.now += MINUTE;
    journal.offer('DELETED', object({ name: 'new' }));
    await drain(journal);
    const now = START + 10 * MINUTE;
    const window = { cluster: CLUSTER, from: START, to: now, namespaces: ['shop'] };
    const { entries, since } = await journalWindow(database().store.journal, window);
    expect(since).toBe(START);
    const { changes } = buildSnapshot({ ...emptyInput(now), journal: entries });
    expect(
      changes.all.map(({ title, time, diff }) => `${title} ${(time - START) / MINUTE} ${diff.length}`).sort(),
    ).toEqual([
      'ConfigMap bank/far was changed 1 1',
      'ConfigMap shop/app was changed by kubectl-edit 1 1',
      'ConfigMap shop/new was created 1 0',
      'ConfigMap shop/new was deleted 2 0',
    ]);
    const later = await journalWindow(database().store.journal, { ...window, from: START + MINUTE + SECOND });
    expect(later.entries.map(({ type, object: { metadata } }) => `${type} ${metadata.name}`)).toEqual(['DELETED new']);
  });

  it('forgets old and excess versions, and contents that nothing refers to', async () => {
    const journal = await followed(object({ data: { n: '0' } }), object({ name: 'still' }));
    for (const n of ['1', '2', '3', '4']) {
      world.clock.now += MINUTE;
      journal.offer('MODIFIED', object({ data: { n } }));
      await drain(journal);
    }
    const { journal: stored } = database().store;
    expect(await stored.deleteExcess(3, 100)).toBe(2);
    expect(await stored.deleteOld(START + 4 * MINUTE, 100)).toBe(2);
    // The version left is the newest, with what it was before.
    expect(await brief()).toEqual(['changed ConfigMap app | - | data.n: 3 -> 4']);
    expect(await stored.deleteUnused(world.clock.now + 1, 100)).toBe(3);
    expect(await rows('journal_content')).toBe(3);
    expect(await database().store.journal.heads(CLUSTER)).toHaveLength(2);
  });
});
