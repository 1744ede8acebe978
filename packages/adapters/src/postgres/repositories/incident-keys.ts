import type { IncidentsRepository, KeyRow } from '@headwater/engine/ports/store/incidents.ts';
import { type Kysely, sql } from 'kysely';
import type { Database } from '../schema.ts';
import { recordset } from './recordset.ts';

type Keys = Pick<IncidentsRepository, 'holdKeys' | 'closeKeys' | 'openKeys' | 'giveKeys' | 'holders' | 'keysOf'>;

/** The correlation keys of incidents; the unique index on open keys decides every race. */
export function incidentKeys(db: Kysely<Database>): Keys {
  return {
    holdKeys: (keys) => holdKeys(db, keys),
    async closeKeys(ids) {
      await db
        .updateTable('incident_key')
        .set({ open: false })
        .where('incident_id', 'in', [...ids])
        .where('open', '=', true)
        .execute();
    },
    openKeys: (ids) => openKeys(db, ids),
    giveKeys: (from, to, keys) => giveKeys(db, { from, to, keys }),
    async holders(cluster, keys) {
      if (keys.length === 0) return new Map();
      const rows = await db
        .selectFrom('incident_key')
        .select(['key', 'incident_id'])
        .where('cluster', '=', cluster)
        .where('key', '=', sql<string>`any(${[...keys]}::text[])`)
        .where('open', '=', true)
        .execute();
      return new Map(rows.map(({ key, incident_id }) => [key, incident_id]));
    },
    keysOf: (id) =>
      db.selectFrom('incident_key').select(['key', 'open']).where('incident_id', '=', id).orderBy('key').execute(),
  };
}

async function holdKeys(db: Kysely<Database>, keys: readonly KeyRow[]): Promise<readonly KeyRow[]> {
  if (keys.length === 0) return [];
  const { rows } = await sql<{ incident_id: string; cluster: string; key: string }>`
    insert into incident_key (incident_id, cluster, key, open)
    select "incidentId", cluster, key, true from ${recordset(keys, 'v("incidentId" text, cluster text, key text)')}
    order by cluster, key
    on conflict do nothing
    returning incident_id, cluster, key`.execute(db);
  return rows.map(keyOf);
}

async function openKeys(db: Kysely<Database>, ids: readonly string[]): Promise<readonly KeyRow[]> {
  if (ids.length === 0) return [];
  const { rows } = await sql<{ incident_id: string; cluster: string; key: string }>`
    update incident_key k set open = true
    from (
      select distinct on (c.cluster, c.key) c.incident_id, c.key from incident_key c
      where c.incident_id = any(${[...ids]}::text[]) and not c.open
        and not exists (select 1 from incident_key held where held.cluster = c.cluster and held.key = c.key and held.open)
      order by c.cluster, c.key, c.incident_id desc
    ) free
    where k.incident_id = free.incident_id and k.key = free.key
    returning k.incident_id, k.cluster, k.key`.execute(db);
  return rows.map(keyOf);
}

async function giveKeys(
  db: Kysely<Database>,
  { from, to, keys }: { readonly from: string; readonly to: string; readonly keys: readonly string[] | undefined },
): Promise<void> {
  const chosen = keys ? sql`and key = any(${[...keys]}::text[])` : sql``;
  // The receiver may hold the same key closed; the moved row takes its place.
  await sql`delete from incident_key own using incident_key given
    where own.incident_id = ${to} and given.incident_id = ${from} and own.key = given.key and not own.open
      ${keys ? sql`and given.key = any(${[...keys]}::text[])` : sql``}`.execute(db);
  await sql`update incident_key set incident_id = ${to}
    where incident_id = ${from} ${chosen}
      and not exists (select 1 from incident_key own where own.incident_id = ${to} and own.key = incident_key.key)`.execute(
    db,
  );
}

function keyOf(row: { incident_id: string; cluster: string; key: string }): KeyRow {
  return { incidentId: row.incident_id, cluster: row.cluster, key: row.key };
}
