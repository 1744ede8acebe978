import type { SignalAlert } from '@headwater/contracts/webhooks/signal.ts';
import { MINUTE } from '@headwater/core/time.ts';
import { useDatabase } from '@headwater/testkit/postgres/database.ts';
import { ENGINES } from '@headwater/testkit/postgres/server.ts';
import { beforeEach, describe, expect, it } from 'vitest';
import { testAlert } from '../intake/test-signals.ts';
import { emptyTopology, type Topology } from '../ports/topology.ts';
import { correlateWaiting } from './correlate-waiting.ts';
import { openScene, REOPEN_WINDOW, type Scene, T } from './test-correlation.ts';

function alertOn(labels: Readonly<Record<string, string>>, startsAt = T): SignalAlert {
  return testAlert(labels, { startsAt });
}

function ended(alert: SignalAlert, endsAt: number): SignalAlert {
  return { ...alert, status: 'resolved', endsAt };
}

const CART = alertOn({ deployment: 'cart' });
const CART_LATENCY = alertOn({ alertname: 'HighLatency', deployment: 'cart', severity: 'critical' });
const BANK = alertOn({ deployment: 'ledger', namespace: 'bank' });

describe.each(ENGINES)('correlateWaiting on PostgreSQL %s', (engine) => {
  const database = useDatabase(engine);
  let scene: Scene;
  beforeEach(async () => {
    scene = await openScene(database());
  });

  it('opens an incident with everything its alert says', async () => {
    expect(await scene.deliver(CART)).toEqual({
      episodes: 1,
      opened: 1,
      reopened: 0,
      joined: 1,
      muted: 0,
      diagnoses: 1,
      more: false,
    });
    const [incident] = await scene.incidents();
    expect(incident).toMatchObject({
      number: 1,
      cluster: 'prod',
      namespaces: ['shop'],
      title: 'PodDown on Deployment shop/cart',
      titleBy: 'alerts',
      severity: 'warning',
      status: 'open',
      subject: { kind: 'Deployment', namespace: 'shop', name: 'cart' },
      startedAt: T,
      alertCount: 1,
      firingCount: 1,
      quietSince: null,
      diagnosisState: 'pending',
    });
    expect(await scene.episodes()).toMatchObject([
      {
        incident_id: incident?.id,
        joined_by: 'new',
        join_reason: 'no open incident is about Deployment shop/cart or what it touches',
        correlate: false,
      },
    ]);
    expect(await scene.eventKinds()).toEqual(['incident.opened']);
    expect(await scene.diagnoses()).toEqual([incident?.id]);
  });

  it('joins what is about the same root, raises the severity and renames to the graver alert', async () => {
    await scene.deliver(CART);
    await scene.diagnoses();
    expect(await scene.deliver(CART_LATENCY)).toMatchObject({ opened: 0, joined: 1, diagnoses: 1 });
    const [incident, ...others] = await scene.incidents();
    expect(others).toEqual([]);
    expect(incident).toMatchObject({
      title: 'HighLatency on Deployment shop/cart (+1)',
      severity: 'critical',
      alertCount: 2,
      firingCount: 2,
    });
    expect((await scene.episodes())[1]?.join_reason).toBe('the incident is about Deployment shop/cart too');
    expect(await scene.eventKinds()).toEqual(['incident.opened', 'incident.alert-joined', 'incident.severity']);
  });

  it('finds the root owner through the topology, and neighbours one step away', async () => {
    const deployment = { kind: 'Deployment', namespace: 'shop', name: 'cart' };
    scene.topology = {
      rootOwner: (subject) => (subject.kind === 'Pod' ? deployment : subject),
      neighbours: ({ kind }) =>
        kind === 'Node' ? [{ subject: deployment, relation: 'runs Deployment shop/cart' }] : [],
    };
    await scene.deliver(CART);
    await scene.deliver(alertOn({ alertname: 'OOM', pod: 'anything' }));
    await scene.deliver(alertOn({ alertname: 'NodeNotReady', node: 'worker-1', namespace: '' }));
    const [incident, ...others] = await scene.incidents();
    expect(others).toEqual([]);
    expect(incident).toMatchObject({ alertCount: 3, namespaces: ['shop'] });
    expect((await scene.episodes()).map(({ joined_by }) => joined_by)).toEqual(['new', 'same-root', 'neighbour']);
    expect((await scene.episodes())[2]?.join_reason).toBe(
      'Node worker-1 runs Deployment shop/cart, which the incident is about',
    );
  });

  it('takes the Pods of a Deployment for one thing by their names when no cluster is watched', async () => {
    await scene.deliver(alertOn({ pod: 'cart-7d9f8b6c5d-x2x4z' }), alertOn({ pod: 'cart-7d9f8b6c5d-q8w7r' }));
    expect(await scene.incidents()).toMatchObject([{ title: 'PodDown on Deployment shop/cart (+1)', alertCount: 2 }]);
  });

  it('joins by Alertmanager group within a namespace only', async () => {
    const group = { groupKey: '{}:{alertname="PodDown"}' };
    await scene.send([alertOn({ deployment: 'a' }), alertOn({ deployment: 'b' }), BANK], group);
    await scene.correlate();
    expect((await scene.incidents()).map(({ namespaces, alertCount }) => [namespaces, alertCount])).toEqual([
      [['shop'], 2],
      [['bank'], 1],
    ]);
  });

  it('does not take a group without labels for a relation', async () => {
    await scene.send([alertOn({ deployment: 'a' }), alertOn({ deployment: 'b' })], { groupKey: '{}:{}' });
    await scene.correlate();
    expect(await scene.incidents()).toHaveLength(2);
  });

  it('keeps clusters apart', async () => {
    await scene.send([CART], { groupKey: null, cluster: 'east' });
    await scene.send([CART], { groupKey: null, cluster: 'west' });
    await scene.correlate();
    expect((await scene.incidents()).map(({ cluster }) => cluster)).toEqual(['east', 'west']);
  });

  it('serves the other clusters when one fails', async () => {
    await scene.send([CART], { groupKey: null, cluster: 'east' });
    scene.now++;
    await scene.send([CART], { groupKey: null, cluster: 'west' });
    const topology = (cluster: string): Topology => {
      if (cluster === 'east') throw new Error('no informers');
      return emptyTopology;
    };
    const options = { limit: 10, topology, reopenWindow: REOPEN_WINDOW };
    await expect(correlateWaiting(scene.ctx(), options)).rejects.toThrow('no informers');
    expect((await scene.incidents()).map(({ cluster }) => cluster)).toEqual(['west']);
  });

  it('looks again when somebody else opened an incident for the same key', async () => {
    await scene.send([CART]);
    const { store } = scene.ctx();
    let attempts = 0;
    const transaction: typeof store.transaction = (work) =>
      store.transaction((tx) => {
        const holdKeys: typeof tx.incidents.holdKeys = (keys) =>
          ++attempts === 1 ? Promise.resolve([]) : tx.incidents.holdKeys(keys);
        return work({ ...tx, incidents: { ...tx.incidents, holdKeys } });
      });
    const options = { limit: 10, topology: () => emptyTopology, reopenWindow: REOPEN_WINDOW };
    expect(await correlateWaiting({ ...scene.ctx(), store: { ...store, transaction } }, options)).toMatchObject({
      opened: 1,
    });
    expect(attempts).toBe(2);
    expect(await scene.incidents()).toHaveLength(1);
  });

  it('counts what ends and remembers since when it is quiet', async () => {
    await scene.deliver(CART, CART_LATENCY);
    await scene.diagnoses();
    scene.now = T + MINUTE;
    await scene.deliver(ended(CART_LATENCY, scene.now));
    expect(await scene.incidents()).toMatchObject([{ firingCount: 1, quietSince: null, severity: 'critical' }]);
    scene.now = T + 2 * MINUTE;
    await scene.deliver(ended(CART, scene.now));
    expect(await scene.incidents()).toMatchObject([{ firingCount: 0, quietSince: scene.now, status: 'open' }]);
    expect(await scene.eventKinds()).toEqual(['incident.opened', 'incident.alert-resolved', 'incident.alert-resolved']);
    expect(await scene.diagnoses()).toHaveLength(1);
  });

  it('asks for nothing again when the same is sent again', async () => {
    await scene.deliver(CART);
    await scene.diagnoses();
    const [before] = await scene.incidents();
    expect(await scene.deliver(CART, CART)).toMatchObject({ episodes: 0, diagnoses: 0 });
    expect(await scene.incidents()).toEqual([before]);
    expect(await scene.diagnoses()).toEqual([]);
  });

  it('gives an incident to an alert that ended before correlation saw it', async () => {
    await scene.send([CART]);
    scene.now = T + 1_000;
    await scene.send([ended(CART, T + 900)]);
    await scene.correlate();
    expect(await scene.incidents()).toMatchObject([{ alertCount: 1, firingCount: 0, quietSince: scene.now }]);
  });

  it('works in batches and says that more wait', async () => {
    await scene.send(Array.from({ length: 5 }, (_, index) => alertOn({ deployment: `d${index}` })));
    expect(await scene.correlate(2)).toMatchObject({ episodes: 2, more: true });
    expect(await scene.correlate(10)).toMatchObject({ episodes: 3, more: false });
    expect(await scene.incidents()).toHaveLength(5);
  });

  it('leaves title and severity to a person who set them', async () => {
    await scene.deliver(CART);
    const [incident] = await scene.incidents();
    if (!incident) throw new Error('no incident');
    const words = { title: 'Cart is slow', titleBy: 'person', severity: 'info', severityBy: 'person' } as const;
    await database().store.incidents.update(incident.id, words, T);
    await scene.deliver(CART_LATENCY);
    expect(await scene.incidents()).toMatchObject([{ ...words, alertCount: 2 }]);
  });

  it('lets two correlators at once open one incident', async () => {
    await scene.send([CART]);
    await scene.send([CART_LATENCY]);
    await Promise.all([scene.correlate(1), scene.correlate(1), scene.correlate(1)]);
    expect(await scene.incidents()).toMatchObject([{ alertCount: 2 }]);
  });
});
