import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';
import type { Subject } from '@headwater/core/subject.ts';
import { type Millis, MINUTE, parseTime, SECOND } from '@headwater/core/time.ts';
import { actorOf, isByHand } from '@headwater/diagnosis/changes/actors.ts';
import { isHelmRelease } from '@headwater/diagnosis/changes/kinds.ts';
import { differences } from '@headwater/diagnosis/changes/journal.ts';
import { writersOf } from '@headwater/diagnosis/changes/managers.ts';
import type { JournalDraft, JournalHead, JournalWriter, ObjectName } from '../ports/store/journal.ts';
import type { Sealed } from './seal.ts';

/** One version of an object as it was told. */
export interface Told {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: KubeObject;
  readonly observedAt: Millis;
  /** True for what the first list showed: it may have come about while nobody watched. */
  readonly first: boolean;
}

/** What is known besides the version itself. */
export interface Known {
  readonly head: JournalHead | undefined;
  /** Until when the cluster was followed before this process; null when it never was. */
  readonly since: Millis | null;
  readonly autoscaler?: Subject | undefined;
}

// Longer after its creation, an object was there before somebody looked.
const FRESH = 2 * MINUTE;

/** What an object is known by; versions of one API group are one. */
export function nameOf({ kind, apiVersion, metadata }: KubeObject): ObjectName {
  const apiGroup = apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '';
  return { kind, apiGroup, namespace: metadata.namespace ?? '', name: metadata.name };
}

/** One text for a name, to find it by. */
export function keyOf({ kind, apiGroup, namespace, name }: ObjectName): string {
  return `${apiGroup}/${kind}/${namespace}/${name}`;
}

/** What is to be stored of a deletion; nothing when it is known already, or the object never was. */
export function deletionDrafts({ object, observedAt, first }: Told, { head, since }: Known): JournalDraft[] {
  if (!head || head.deleted) return [];
  const told = parseTime(object.metadata.deletionTimestamp);
  const at = told === null ? observedAt : Math.min(told, observedAt);
  const draft = gone(head, { observedAt, at, noEarlierThan: first && told === null ? since : null });
  // Helm forgets old revisions as new ones come; only a release that is uninstalled has ended.
  return [
    isHelmRelease(object) && object.metadata.labels?.['status'] === 'superseded' ? { ...draft, act: 'seen' } : draft,
  ];
}

/** What is to be stored of an object that is no longer there, though nobody saw it go. */
export function absenceDraft(head: JournalHead, observedAt: Millis, since: Millis | null): JournalDraft {
  const draft = gone(head, { observedAt, at: observedAt, noEarlierThan: since });
  const { kind, name } = head;
  return isHelmRelease({ apiVersion: 'v1', kind, metadata: { name } }) ? { ...draft, act: 'seen' } : draft;
}

type Times = Pick<JournalDraft, 'at' | 'noEarlierThan' | 'observedAt'>;

function gone(head: JournalHead, times: Times): JournalDraft {
  return {
    ...head,
    ...times,
    act: 'deleted',
    deleted: true,
    writer: null,
    actor: null,
    byHand: false,
    diff: [],
    previous: head.content,
    body: null,
  };
}

/** What is to be stored of an object that is there: nothing when nobody decided anything since its last version. */
export function presenceDrafts(told: Told, sealed: Sealed, known: Known & { readonly previousBody: string | null }) {
  const { head } = known;
  const uid = told.object.metadata.uid ?? '';
  if (!head || head.deleted) return [appearance(told, sealed, known)];
  if (uid !== '' && head.uid !== '' && uid !== head.uid) {
    const created = createdAt(told);
    const times = { observedAt: told.observedAt, at: created, noEarlierThan: told.first ? known.since : null };
    return [gone(head, times), appearance(told, sealed, { ...known, head: { ...head, deleted: true } })];
  }
  return head.content === sealed.content ? [] : changed(told, sealed, known);
}

function appearance(told: Told, sealed: Sealed, { head, since }: Known): JournalDraft {
  const { object, observedAt } = told;
  const created = createdAt(told);
  const isNew = head?.deleted === true || observedAt - created <= FRESH || (since !== null && created > since);
  const writer = writersOf(object).findLast(({ time }) => Math.abs(time - created) <= FRESH);
  const actor = isNew ? actorOf({ object, manager: writer?.manager }) : undefined;
  return {
    ...base(told, sealed),
    act: isNew ? 'created' : 'seen',
    at: isNew ? created : observedAt,
    noEarlierThan: null,
    writer: writer ? writerRow(writer) : null,
    actor: actor?.name ?? null,
    byHand: isNew && writer !== undefined && isByHand(writer.manager),
    diff: [],
    previous: null,
  };
}

function createdAt({ object, observedAt }: Told): Millis {
  return Math.min(parseTime(object.metadata.creationTimestamp) ?? observedAt, observedAt);
}

function changed(
  told: Told,
  sealed: Sealed,
  { head, since, autoscaler, previousBody }: Known & { readonly previousBody: string | null },
): JournalDraft[] {
  const { object, observedAt, first } = told;
  // A content that is gone cannot be compared; that there was a change is known all the same.
  const diff = previousBody === null ? [] : differences(objectOf(previousBody), objectOf(sealed.body));
  if (previousBody !== null && diff.length === 0) return [];
  const from = first ? since : null;
  const earliest = from === null ? observedAt - FRESH : from - SECOND;
  const writer = writersOf(object, 'scaling').find(({ time }) => time >= earliest && time <= observedAt + MINUTE);
  const actor = actorOf({ object, manager: writer?.manager, subresource: writer?.subresource, diff, autoscaler });
  return [
    {
      ...base(told, sealed),
      act: 'changed',
      at: writer ? Math.min(writer.time, observedAt) : observedAt,
      noEarlierThan: writer ? null : from,
      writer: writer ? writerRow(writer) : null,
      actor: actor?.name ?? null,
      byHand: writer !== undefined && isByHand(writer.manager),
      diff,
      previous: head?.content ?? null,
    },
  ];
}

function base({ object, observedAt }: Told, { body, content }: Sealed) {
  const { uid, resourceVersion } = object.metadata;
  return {
    ...nameOf(object),
    uid: uid ?? '',
    resourceVersion: resourceVersion ?? '',
    content,
    body,
    deleted: false,
    observedAt,
  };
}

function writerRow({
  manager,
  time,
  subresource,
}: {
  manager: string;
  time: Millis;
  subresource?: string | undefined;
}) {
  return {
    manager,
    time: new Date(time).toISOString(),
    ...(subresource ? { subresource } : {}),
  } satisfies JournalWriter;
}

/** A stored body as an object. */
export function objectOf(body: string): KubeObject {
  return JSON.parse(body) as KubeObject;
}
