import { promisify } from 'node:util';
import { deflateRaw, inflateRaw } from 'node:zlib';
import { EVERYWHERE } from '@headwater/core/access/actor.ts';
import type {
  ChangeFilter,
  JournalChange,
  JournalRepository,
  StatesWanted,
  StoredState,
} from '@headwater/engine/ports/store/journal.ts';
import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Database } from '../schema.ts';
import { moment } from '../values.ts';
import { equalsAny } from './incident-filter.ts';
import { appendVersions } from './journal-append.ts';

const inflate = promisify(inflateRaw);
const deflate = promisify(deflateRaw);

/** The object journal in PostgreSQL. */
export function journalRepository(db: Kysely<Database>): JournalRepository {
  const count = async (statement: RawBuilder<unknown>): Promise<number> =>
    Number((await statement.execute(db)).numAffectedRows ?? 0);
  return {
    async heads(cluster) {
      const rows = await db
        .selectFrom('journal_object')
        .select(['kind', 'api_group', 'namespace', 'name', 'uid', 'resource_version', 'content', 'deleted'])
        .where('cluster', '=', cluster)
        .execute();
      return rows.map(({ api_group: apiGroup, resource_version: resourceVersion, ...row }) => ({
        ...row,
        apiGroup,
        resourceVersion,
      }));
    },
    async followed(cluster) {
      const row = await db
        .selectFrom('journal_cluster')
        .select(['followed_since as since', 'followed_until as until'])
        .where('cluster', '=', cluster)
        .executeTakeFirst();
      return row ?? null;
    },
    async setFollowedUntil(cluster, at) {
      // Several processes may follow one cluster: the latest of them counts.
      await sql`insert into journal_cluster (cluster, followed_since, followed_until)
        values (${cluster}, ${moment(at)}, ${moment(at)})
        on conflict (cluster) do update
        set followed_until = greatest(journal_cluster.followed_until, excluded.followed_until)`.execute(db);
    },
    bodies: (hashes) => readBodies(db, hashes),
    append: (cluster, drafts) => appendVersions(db, { cluster, drafts, pack }),
    list: (filter, page) => list(db, filter, page),
    states: (wanted) => states(db, wanted),
    deleteOld: (before, limit) =>
      count(sql`delete from journal_version where id in (
        select v.id from journal_version v join journal_object o on o.id = v.object_id
         where v.observed_at < ${new Date(before)}
           and (o.deleted or v.id < (select max(n.id) from journal_version n where n.object_id = v.object_id))
         order by v.observed_at limit ${limit})`),
    deleteExcess: (most, limit) =>
      count(sql`delete from journal_version where id in (
        select id from (
          select v.id, row_number() over (partition by v.object_id order by v.id desc) as place
            from journal_version v
           where v.object_id in (
             select object_id from journal_version group by object_id having count(*) > ${most} limit ${limit})
        ) counted where place > ${most} limit ${limit})`),
    deleteUnused: async (before, limit) => {
      const objects = await count(sql`delete from journal_object where id in (
        select o.id from journal_object o
         where o.deleted and not exists (select from journal_version v where v.object_id = o.id) limit ${limit})`);
      const contents = await count(sql`delete from journal_content where hash in (
        select c.hash from journal_content c
         where c.used_at < ${new Date(before)}
           and not exists (select from journal_version v where v.content = c.hash)
           and not exists (select from journal_version v where v.previous = c.hash)
           and not exists (select from journal_object o where o.content = c.hash)
         limit ${limit})`);
      return objects + contents;
    },
  };
}

/** A body as it is stored: an object of 2 KB becomes some 600 bytes. */
export function pack(body: string): Promise<Buffer> {
  return deflate(Buffer.from(body), { level: 6 });
}

async function unpack(body: Buffer): Promise<string> {
  return ((await inflate(body)) as Buffer).toString('utf8');
}

async function readBodies(db: Kysely<Database>, hashes: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (hashes.length === 0) return new Map();
  const { rows } = await sql<{ hash: string; body: Buffer }>`select hash, body from journal_content
    where hash = any(${[...new Set(hashes)]}::text[])`.execute(db);
  return new Map(await Promise.all(rows.map(async ({ hash, body }) => [hash, await unpack(body)] as const)));
}

const LISTED = [
  'id',
  'cluster',
  'kind',
  'namespace',
  'name',
  'act',
  'at',
  'no_earlier_than',
  'observed_at',
  'actor',
  'by_hand',
  'diff',
] as const;

async function list(
  db: Kysely<Database>,
  filter: ChangeFilter,
  { after, limit }: Parameters<JournalRepository['list']>[1],
): Promise<readonly JournalChange[]> {
  let query = db
    .selectFrom('journal_version as v')
    .select(LISTED)
    .where('act', '<>', 'seen')
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit);
  for (const condition of conditionsOf(filter)) query = query.where(condition);
  if (after) query = query.where(sql<boolean>`(v.at, v.id) < (${moment(after.at)}, ${after.id})`);
  return (await query.execute()).map(({ no_earlier_than, observed_at, by_hand, act, ...row }) => ({
    ...row,
    act: act as JournalChange['act'],
    noEarlierThan: no_earlier_than,
    observedAt: observed_at,
    byHand: by_hand,
  }));
}

function conditionsOf({ scope, from, to, byHand, ...filter }: ChangeFilter): RawBuilder<boolean>[] {
  const conditions = [
    ...equalsAny('v.cluster', filter.clusters),
    ...equalsAny('v.namespace', filter.namespaces),
    ...equalsAny('v.kind', filter.kinds),
    ...equalsAny('v.name', filter.names),
    ...equalsAny('v.act', filter.acts),
  ];
  if (byHand !== undefined) conditions.push(byHand ? sql`v.by_hand` : sql`not v.by_hand`);
  if (from !== undefined) conditions.push(sql`v.at >= ${moment(from)}`);
  if (to !== undefined) conditions.push(sql`v.at < ${moment(to)}`);
  if (scope.everything) return conditions;
  // What has no namespace belongs to the cluster as a whole: a right to some namespaces does not reach it.
  const entries = scope.namespaces.map(({ cluster, namespaces }) => {
    const within = sql<boolean>`v.namespace = any(${[...namespaces]}::text[])`;
    return cluster === EVERYWHERE ? within : sql<boolean>`(v.cluster = ${cluster} and ${within})`;
  });
  if (scope.clusters.length > 0) entries.push(sql`v.cluster = any(${[...scope.clusters]}::text[])`);
  conditions.push(entries.length === 0 ? sql`false` : sql`(${sql.join(entries, sql` or `)})`);
  return conditions;
}

async function states(
  db: Kysely<Database>,
  { cluster, from, to, within, without, limit }: StatesWanted,
): Promise<readonly StoredState[]> {
  const rows = await db
    .selectFrom('journal_version as v')
    .select(['object_id', 'act', 'at', 'no_earlier_than', 'observed_at', 'resource_version', 'writer'])
    .select(['content', 'previous'])
    .where('act', '<>', 'seen')
    .where('cluster', '=', cluster)
    .where('at', '>=', moment(from))
    .where('at', '<=', moment(to))
    .$if(within !== null, (query) =>
      query.where(sql<boolean>`(namespace is null or namespace = any(${[...(within ?? [])]}::text[]))`),
    )
    .$if(without.length > 0, (query) =>
      query.where(sql<boolean>`namespace is not null and namespace <> all(${[...without]}::text[])`),
    )
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
  const bodies = await readBodies(
    db,
    rows.flatMap(({ content, previous }) => (previous === null ? [content] : [content, previous])),
  );
  return rows.flatMap((row) => {
    const body = bodies.get(row.content);
    if (body === undefined) return [];
    return [
      {
        objectId: row.object_id,
        act: row.act,
        at: row.at,
        noEarlierThan: row.no_earlier_than,
        observedAt: row.observed_at,
        resourceVersion: row.resource_version,
        writer: row.writer,
        body,
        previousBody: row.previous === null ? null : (bodies.get(row.previous) ?? null),
      },
    ];
  });
}
