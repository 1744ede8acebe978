import type { NewIncident } from '@headwater/engine/ports/store/incidents.ts';
import { useDatabase } from '@headwater/testkit/postgres/database.ts';
import { ENGINES } from '@headwater/testkit/postgres/server.ts';
import { beforeEach, describe, expect, it } from 'vitest';

const NOW = Date.parse('2026-03-01T10:00:00Z');

function incident(id: string, more: Partial<NewIncident> = {}): NewIncident {
  return {
    id,
    cluster: 'prod',
    namespaces: ['shop', 'web'],
    title: `Incident ${id}`,
    titleBy: 'alerts',
    severity: 'warning',
    severityBy: 'alerts',
    subject: { kind: 'Node', name: 'n1' },
    startedAt: NOW - 1_500,
    createdAt: NOW,
    leadAlertId: null,
    ...more,
  };
}

describe.each(ENGINES)('incidents on PostgreSQL %s', (engine) => {
  const database = useDatabase(engine);
  const repository = () => database().store.incidents;
  const key = (incidentId: string, name: string, cluster = 'prod') => ({ incidentId, cluster, key: name });
  beforeEach(() => database().pool.query('truncate incident restart identity cascade'));

  it('keeps what is written, counts numbers up, and raises the version with each change', async () => {
    const numbers = await repository().insert([incident('a'), incident('b', { subject: null, namespaces: [] })]);
    expect([...numbers]).toEqual([
      ['a', 1],
      ['b', 2],
    ]);
    expect(await repository().get('a')).toMatchObject({
      ...incident('a'),
      number: 1,
      status: 'open',
      version: 1,
      updatedAt: NOW,
      mergedInto: null,
    });
    expect(await repository().get('b')).toMatchObject({ subject: null, namespaces: [] });
    const changes = { snoozedUntil: NOW + 5, subject: { kind: 'Pod', namespace: 'shop', name: 'p' }, assignee: 'lee' };
    expect(await repository().update('a', { ...changes, title: undefined }, NOW + 1)).toMatchObject({
      ...changes,
      title: 'Incident a',
      version: 2,
      updatedAt: NOW + 1,
    });
    expect(await repository().update('a', { snoozedUntil: null, subject: null }, NOW + 2)).toMatchObject({
      snoozedUntil: null,
      subject: null,
      version: 3,
    });
    expect(await repository().get('none')).toBeNull();
    await expect(repository().update('none', {}, NOW)).rejects.toMatchObject({ code: 'not_found' });
    expect(await repository().lock([])).toEqual([]);
    expect((await repository().lock(['b', 'a', 'none'])).map(({ id }) => id)).toEqual(['a', 'b']);
  });

  it('gives an open key to one incident per cluster only', async () => {
    await repository().insert([incident('a'), incident('b'), incident('c', { cluster: 'east' })]);
    expect(await repository().holdKeys([key('a', 'k1'), key('a', 'k2')])).toHaveLength(2);
    expect(await repository().holdKeys([key('b', 'k1'), key('b', 'k3'), key('c', 'k1', 'east')])).toEqual([
      key('c', 'k1', 'east'),
      key('b', 'k3'),
    ]);
    expect([...(await repository().holders('prod', ['k1', 'k3', 'k9']))]).toEqual([
      ['k1', 'a'],
      ['k3', 'b'],
    ]);
    await repository().closeKeys(['a']);
    expect(await repository().holders('prod', ['k1', 'k2'])).toEqual(new Map());
    expect(await repository().holdKeys([key('b', 'k1')])).toEqual([key('b', 'k1')]);
    // The other holds k1 by now.
    expect(await repository().openKeys(['a'])).toEqual([key('a', 'k2')]);
    expect(await repository().keysOf('a')).toEqual([
      { key: 'k1', open: false },
      { key: 'k2', open: true },
    ]);
  });

  it('lets only one of two transactions have a key', async () => {
    await repository().insert([incident('a'), incident('b')]);
    const taken = await Promise.all(
      ['a', 'b'].map((id) => database().store.transaction((tx) => tx.incidents.holdKeys([key(id, 'k1')]))),
    );
    expect(taken.flat()).toHaveLength(1);
  });

  it('gives keys away, over a closed one the receiver had', async () => {
    await repository().insert([incident('a'), incident('b')]);
    await repository().holdKeys([key('b', 'k1'), key('b', 'k4')]);
    await repository().closeKeys(['b']);
    await repository().holdKeys([key('a', 'k1'), key('a', 'k2'), key('a', 'k3')]);
    await repository().giveKeys('a', 'b', ['k1', 'k2']);
    expect(await repository().keysOf('b')).toEqual([
      { key: 'k1', open: true },
      { key: 'k2', open: true },
      { key: 'k4', open: false },
    ]);
    await repository().giveKeys('a', 'b');
    expect(await repository().keysOf('a')).toEqual([]);
  });
});
