import type { JournalDraft, ObjectName } from '@headwater/engine/ports/store/journal.ts';
import { type Kysely, sql } from 'kysely';
import type { Database } from '../schema.ts';
import { moment, plainText } from '../values.ts';
import { recordset, recordTime } from './recordset.ts';

export interface ToAppend {
  readonly cluster: string;
  readonly drafts: readonly JournalDraft[];
  readonly pack: (body: string) => Promise<Buffer>;
}

/**
 * Stores the versions that are news. Several processes may follow one cluster and bring the same version: they meet at a lock
 * of the cluster, and the later one finds that it is stored.
 */
export async function appendVersions(db: Kysely<Database>, { cluster, drafts, pack }: ToAppend): Promise<number> {
  if (drafts.length === 0) return 0;
  await sql`select pg_advisory_xact_lock(hashtext('journal'), hashtext(${cluster}))`.execute(db);
  const stored = await storedHeads(db, cluster, drafts);
  const news = onlyNews(drafts, stored);
  if (news.length === 0) return 0;
  await putContents(db, news, pack);
  await putObjects(db, cluster, news);
  await putVersions(db, cluster, news);
  return news.length;
}

interface Stored {
  readonly uid: string;
  readonly resourceVersion: string;
  readonly content: string;
  readonly deleted: boolean;
}

function keyOf({ kind, apiGroup, namespace, name }: ObjectName): string {
  return `${apiGroup}/${kind}/${namespace}/${name}`;
}

async function storedHeads(
  db: Kysely<Database>,
  cluster: string,
  drafts: readonly JournalDraft[],
): Promise<Map<string, Stored>> {
  const names = drafts.map(({ kind, apiGroup, namespace, name }) => ({ kind, api_group: apiGroup, namespace, name }));
  const { rows } = await sql<{
    kind: string;
    api_group: string;
    namespace: string;
    name: string;
    uid: string;
    resource_version: string;
    content: string;
    deleted: boolean;
  }>`select o.kind, o.api_group, o.namespace, o.name, o.uid, o.resource_version, o.content, o.deleted
      from journal_object o
      join ${recordset(names, 'n(kind text, api_group text, namespace text, name text)')}
        on o.kind = n.kind and o.api_group = n.api_group and o.namespace = n.namespace and o.name = n.name
     where o.cluster = ${cluster}`.execute(db);
  return new Map(
    rows.map((row) => [
      keyOf({ ...row, apiGroup: row.api_group }),
      { uid: row.uid, resourceVersion: row.resource_version, content: row.content, deleted: row.deleted },
    ]),
  );
}

function onlyNews(drafts: readonly JournalDraft[], stored: Map<string, Stored>): JournalDraft[] {
  return drafts.filter((draft) => {
    const key = keyOf(draft);
    const known = stored.get(key);
    if (known && !isNews(draft, known)) return false;
    stored.set(key, draft);
    return true;
  });
}

function isNews(draft: JournalDraft, known: Stored): boolean {
  if (draft.uid !== known.uid) return !(draft.deleted && known.deleted);
  if (draft.deleted !== known.deleted) return !isOlder(draft.resourceVersion, known.resourceVersion);
  if (draft.deleted || draft.content === known.content) return false;
  return !isOlder(draft.resourceVersion, known.resourceVersion);
}

// Versions of one object grow; what cannot be compared counts as newer.
function isOlder(version: string, known: string): boolean {
  return /^\d+$/.test(version) && /^\d+$/.test(known) && BigInt(version) < BigInt(known);
}

async function putContents(db: Kysely<Database>, drafts: readonly JournalDraft[], pack: ToAppend['pack']) {
  const now = Math.max(...drafts.map(({ observedAt }) => observedAt));
  const bodies = new Map<string, string>();
  const used = new Set<string>();
  for (const { content, previous, body } of drafts) {
    if (body !== null) bodies.set(content, plainText(body));
    for (const hash of [content, previous]) if (hash !== null) used.add(hash);
  }
  const rows = await Promise.all(
    // In one order, so that two processes cannot wait for each other.
    [...bodies]
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(async ([hash, body]) => ({
        hash,
        body: await pack(body),
        size: body.length,
        used_at: new Date(now),
      })),
  );
  if (rows.length > 0)
    await db
      .insertInto('journal_content')
      .values(rows)
      .onConflict((conflict) => conflict.column('hash').doUpdateSet({ used_at: new Date(now) }))
      .execute();
  const others = [...used].filter((hash) => !bodies.has(hash)).sort();
  if (others.length > 0)
    await sql`update journal_content set used_at = ${moment(now)} where hash = any(${others}::text[])`.execute(db);
}

async function putObjects(db: Kysely<Database>, cluster: string, drafts: readonly JournalDraft[]): Promise<void> {
  // An upsert touches a row once a statement: the last draft of an object is its state.
  const last = new Map(drafts.map((draft) => [keyOf(draft), draft]));
  const rows = [...last.values()].map((draft) => ({
    kind: draft.kind,
    api_group: draft.apiGroup,
    namespace: draft.namespace,
    name: draft.name,
    uid: draft.uid,
    resource_version: draft.resourceVersion,
    content: draft.content,
    deleted: draft.deleted,
    observed_at: recordTime(draft.observedAt),
  }));
  await sql`insert into journal_object
      (cluster, kind, api_group, namespace, name, uid, resource_version, content, deleted, observed_at)
    select ${cluster}, v.* from ${recordset(
      rows,
      'v(kind text, api_group text, namespace text, name text, uid text, resource_version text, content text, deleted boolean, observed_at timestamptz)',
    )}
    on conflict on constraint journal_object_identity do update set
      uid = excluded.uid, resource_version = excluded.resource_version, content = excluded.content,
      deleted = excluded.deleted, observed_at = excluded.observed_at`.execute(db);
}

async function putVersions(db: Kysely<Database>, cluster: string, drafts: readonly JournalDraft[]): Promise<void> {
  const rows = drafts.map((draft, place) => ({
    place,
    kind: draft.kind,
    api_group: draft.apiGroup,
    namespace: draft.namespace,
    name: draft.name,
    act: draft.act,
    at: recordTime(draft.at),
    no_earlier_than: recordTime(draft.noEarlierThan),
    observed_at: recordTime(draft.observedAt),
    resource_version: draft.resourceVersion,
    writer: draft.writer,
    actor: draft.actor,
    by_hand: draft.byHand,
    diff: draft.diff,
    content: draft.content,
    previous: draft.previous,
  }));
  await sql`insert into journal_version (object_id, cluster, kind, namespace, name, act, at, no_earlier_than, observed_at,
      resource_version, writer, actor, by_hand, diff, content, previous)
    select o.id, ${cluster}, v.kind, nullif(v.namespace, ''), v.name, v.act, v.at, v.no_earlier_than, v.observed_at,
      v.resource_version, v.writer, v.actor, v.by_hand, v.diff, v.content, v.previous
    from ${recordset(
      rows,
      `v(place integer, kind text, api_group text, namespace text, name text, act text, at timestamptz, no_earlier_than timestamptz,
        observed_at timestamptz, resource_version text, writer jsonb, actor text, by_hand boolean, diff jsonb, content text, previous text)`,
    )}
    join journal_object o on o.cluster = ${cluster} and o.kind = v.kind and o.api_group = v.api_group
      and o.namespace = v.namespace and o.name = v.name
    order by v.place`.execute(db);
}
