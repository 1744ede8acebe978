import type { EvidenceRow } from '@headwater/engine/ports/store/evidence.ts';
import { useDatabase } from '@headwater/testkit/postgres/database.ts';
import { ENGINES } from '@headwater/testkit/postgres/server.ts';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';

const NOW = Date.parse('2026-03-01T10:00:00Z');

function row(id: string, changes: Partial<EvidenceRow> = {}): EvidenceRow {
  return {
    incidentId: 'inc_1',
    id,
    kind: 'event',
    source: 'kubernetes',
    subject: { kind: 'Pod', namespace: 'shop', name: 'web' },
    namespace: 'shop',
    observedAt: NOW,
    collectedAt: NOW,
    text: `text of ${id}`,
    query: `event:shop/${id}`,
    redacted: false,
    content: { count: 3 },
    ...changes,
  };
}

describe.each(ENGINES)('evidence on PostgreSQL %s', (engine) => {
  const database = useDatabase(engine);
  const evidence = () => database().store.evidence;

  beforeAll(async () => {
    for (const id of ['inc_1', 'inc_2'])
      await database()
        .db.insertInto('incident')
        .values({
          id,
          cluster: 'prod',
          namespaces: ['shop'],
          title: 'PodDown',
          severity: 'critical',
          status: 'open',
          started_at: new Date(NOW),
          created_at: new Date(NOW),
          updated_at: new Date(NOW),
        })
        .execute();
  });
  beforeEach(async () => {
    await database().pool.query('truncate evidence');
  });

  it('keeps each piece once per incident, as it was first read', async () => {
    expect(await evidence().add([row('ev_a'), row('ev_b')])).toBe(2);
    expect(await evidence().add([row('ev_b', { text: 'another' }), row('ev_c')])).toBe(1);
    expect(await evidence().add([row('ev_a', { incidentId: 'inc_2' })])).toBe(1);
    expect(await evidence().add([])).toBe(0);
    expect(await evidence().count('inc_1')).toBe(3);
    expect(await evidence().get('inc_1', 'ev_b')).toEqual(row('ev_b'));
    expect(await evidence().get('inc_2', 'ev_b')).toBeNull();
  });

  it('takes what PostgreSQL cannot hold for U+FFFD, and more rows than one statement', async () => {
    const hostile = row('ev_nul', { text: 'a\u0000b', content: { line: 'x\u0000\ud800' } });
    await evidence().add([hostile, ...Array.from({ length: 1200 }, (_, index) => row(`ev_${index}`))]);
    expect(await evidence().count('inc_1')).toBe(1201);
    expect(await evidence().get('inc_1', 'ev_nul')).toMatchObject({
      text: 'a\ufffdb',
      content: { line: 'x\ufffd\ufffd' },
    });
  });

  it('lists newest first, what has no time last, page by page, without content', async () => {
    await evidence().add([
      row('ev_none2', { observedAt: null }),
      row('ev_old', { observedAt: NOW - 60_000 }),
      row('ev_new2'),
      row('ev_new1', { kind: 'log' }),
      row('ev_none1', { observedAt: null, subject: null }),
    ]);
    const seen: string[] = [];
    for (let after: EvidenceRow | undefined; ; ) {
      const page = await evidence().list({ incidentId: 'inc_1', limit: 2, after });
      seen.push(...page.map(({ id }) => id));
      expect(page.every(({ content }) => content === null)).toBe(true);
      after = page.at(-1);
      if (page.length < 2) break;
    }
    expect(seen).toEqual(['ev_new1', 'ev_new2', 'ev_old', 'ev_none1', 'ev_none2']);
    const logs = await evidence().list({ incidentId: 'inc_1', kinds: ['log'], limit: 10 });
    expect(logs.map(({ id }) => id)).toEqual(['ev_new1']);
  });
});
