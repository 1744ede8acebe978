import type { Scope } from '@headwater/core/access/scope.ts';
import type { Millis } from '@headwater/core/time.ts';

/** `seen`: it was there when we first looked, so nothing is known to have happened. */
export type JournalAct = 'seen' | 'created' | 'changed' | 'deleted';

/** Who wrote an object last, as its managedFields say. */
export interface JournalWriter {
  readonly manager: string;
  readonly time: string;
  readonly subresource?: string | undefined;
}

export interface FieldDifference {
  readonly path: string;
  readonly before?: string | undefined;
  readonly after?: string | undefined;
}

/** What an object is known by within its cluster; the namespace is empty for what belongs to the cluster. */
export interface ObjectName {
  readonly kind: string;
  readonly apiGroup: string;
  readonly namespace: string;
  readonly name: string;
}

/** The newest stored version of one object. */
export interface JournalHead extends ObjectName {
  readonly uid: string;
  readonly resourceVersion: string;
  readonly content: string;
  readonly deleted: boolean;
}

/** A version to store. */
export interface JournalDraft extends JournalHead {
  readonly act: JournalAct;
  readonly at: Millis;
  readonly noEarlierThan: Millis | null;
  readonly observedAt: Millis;
  readonly writer: JournalWriter | null;
  readonly actor: string | null;
  readonly byHand: boolean;
  readonly diff: readonly FieldDifference[];
  /** Hash of what it was before; null when that is not known. */
  readonly previous: string | null;
  /** The object as JSON; null when this very content was stored before. */
  readonly body: string | null;
}

/** One change as lists show it. */
export interface JournalChange {
  readonly id: number;
  readonly cluster: string;
  readonly kind: string;
  readonly namespace: string | null;
  readonly name: string;
  readonly act: Exclude<JournalAct, 'seen'>;
  readonly at: Millis;
  readonly noEarlierThan: Millis | null;
  readonly observedAt: Millis;
  readonly actor: string | null;
  readonly byHand: boolean;
  readonly diff: readonly FieldDifference[];
}

export interface ChangeFilter {
  readonly scope: Scope;
  readonly clusters?: readonly string[] | undefined;
  readonly namespaces?: readonly string[] | undefined;
  readonly kinds?: readonly string[] | undefined;
  readonly names?: readonly string[] | undefined;
  readonly acts?: readonly JournalChange['act'][] | undefined;
  readonly byHand?: boolean | undefined;
  readonly from?: Millis | undefined;
  /** Exclusive. */
  readonly to?: Millis | undefined;
}

export interface ChangePosition {
  readonly at: Millis;
  readonly id: number;
}

/** One stored state of an object, with its body. */
export interface StoredState {
  readonly objectId: number;
  readonly act: JournalAct;
  readonly at: Millis;
  readonly noEarlierThan: Millis | null;
  readonly observedAt: Millis;
  readonly resourceVersion: string;
  readonly writer: JournalWriter | null;
  readonly body: string;
  /** What it was before, when that version is kept. */
  readonly previousBody: string | null;
}

export interface StatesWanted {
  readonly cluster: string;
  readonly from: Millis;
  readonly to: Millis;
  /** These namespaces and what has none; null for every other namespace. */
  readonly within: readonly string[] | null;
  /** Namespaces left out; for the others. */
  readonly without: readonly string[];
  readonly limit: number;
}

/** The versions of the objects of every cluster. */
export interface JournalRepository {
  /** The newest version of every object of a cluster, those that are gone included. */
  heads(cluster: string): Promise<readonly JournalHead[]>;
  /** Since when and until when a cluster was followed; null when it never was. */
  followed(cluster: string): Promise<{ readonly since: Millis; readonly until: Millis } | null>;
  setFollowedUntil(cluster: string, at: Millis): Promise<void>;
  /** The stored bodies of contents. */
  bodies(hashes: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** Stores versions that are newer than what is stored of their objects; returns how many there were. Call inside a transaction. */
  append(cluster: string, drafts: readonly JournalDraft[]): Promise<number>;
  /** Changes, newest first. */
  list(
    filter: ChangeFilter,
    page: { readonly after: ChangePosition | null; readonly limit: number },
  ): Promise<readonly JournalChange[]>;
  /** The newest states of a window that tell of a change, newest first. */
  states(wanted: StatesWanted): Promise<readonly StoredState[]>;
  /** Deletes versions observed before, but the newest of each object that is still there. */
  deleteOld(before: Millis, limit: number): Promise<number>;
  /** Deletes all but the newest versions of objects that have more than `most`. */
  deleteExcess(most: number, limit: number): Promise<number>;
  /** Deletes objects that are gone and have no version, and contents that nothing refers to and nobody used since. */
  deleteUnused(before: Millis, limit: number): Promise<number>;
}
