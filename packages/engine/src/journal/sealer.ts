import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';
import { contentId } from '@headwater/core/ids.ts';
import { contentText } from '@headwater/diagnosis/changes/content.ts';
import { isHelmRelease } from '@headwater/diagnosis/changes/kinds.ts';
import type { SecretOutcome } from '../ports/cluster.ts';
import type { JournalHashes } from '../ports/journal-hashes.ts';
import type { JournalHead } from '../ports/store/journal.ts';
import type { Told } from './drafts.ts';
import { type Sealed, seal } from './seal.ts';

/** A version as it is stored; `sealed` is null for an end. */
export interface Version {
  readonly told: Told;
  readonly sealed: Sealed | null;
  /** A short text that differs when the content may. */
  readonly mark: string;
}

type Batch = ReadonlyMap<string, readonly Told[]>;

export interface SealedBatch {
  readonly versions: ReadonlyMap<string, readonly Version[]>;
  /** Secrets that could not be read now. */
  readonly later: Batch;
}

export interface SealerParts {
  readonly readSecret: (namespace: string, name: string, hash: JournalHashes['value']) => Promise<SecretOutcome>;
  readonly pause: () => Promise<void>;
}

/** Turns what informers told into what is stored, and passes over what changed nothing but status. */
export interface Sealer {
  seal(batch: Batch, heads: ReadonlyMap<string, JournalHead>): Promise<SealedBatch>;
  /** They are stored: the same again is no news. */
  stored(versions: ReadonlyMap<string, readonly Version[]>): void;
}

/** Objects looked at before other work of the thread goes on; some 2 ms. */
const SLICE = 20;
const SECRETS_AT_ONCE = 4;

/** A sealer that knows nothing yet. Its memory grows with the objects, some 100 bytes each. */
export function openSealer({ readSecret, pause }: SealerParts, hashes: JournalHashes): Sealer {
  const marks = new Map<string, string>();

  async function sealBatch(batch: Batch, heads: ReadonlyMap<string, JournalHead>): Promise<SealedBatch> {
    const versions = new Map<string, readonly Version[]>();
    const secrets: [string, readonly Told[]][] = [];
    let done = 0;
    for (const [key, list] of batch) {
      const news = list.filter(({ type, object }) => type === 'DELETED' || !isStored(object, heads.get(key)));
      if (isSecret(news[0]?.object)) secrets.push([key, news]);
      else if (news.length > 0) versions.set(key, sealPlain(news, marks.get(key)));
      if (++done % SLICE === 0) await pause();
    }
    const later = new Map<string, readonly Told[]>();
    for (let start = 0; start < secrets.length; start += SECRETS_AT_ONCE) {
      const some = secrets.slice(start, start + SECRETS_AT_ONCE);
      // A server that does not answer would cost a time-out for each of the others, too.
      const read = later.size > 0 ? some.map(() => null) : await Promise.all(some.map(([, news]) => sealSecrets(news)));
      for (const [place, [key, news]] of some.entries()) {
        const sealed = read[place];
        if (sealed) versions.set(key, sealed);
        else later.set(key, news);
      }
    }
    return { versions, later };
  }

  // Sealing costs ten times what a mark does, and most of what informers tell is status.
  function sealPlain(news: readonly Told[], known: string | undefined): Version[] {
    let last = known;
    return news.flatMap((told): Version[] => {
      if (told.type === 'DELETED') {
        last = '';
        return [{ told, mark: '', sealed: null }];
      }
      try {
        const mark = contentId('m', contentText(told.object));
        if (mark === last) return [];
        const sealed = seal(told.object, hashes);
        last = mark;
        return [{ told, mark, sealed }];
      } catch (error) {
        // Nested deeper than a walk can follow: one such object must not hold up all others.
        if (error instanceof RangeError) return [];
        throw error;
      }
    });
  }

  // Only the present values can be read, so that of several versions the last stands for all.
  async function sealSecrets(news: readonly Told[]): Promise<Version[] | null> {
    const last = news.at(-1);
    if (!last) return [];
    if (last.type === 'DELETED') return [{ told: last, sealed: null, mark: '' }];
    const { namespace, name } = last.object.metadata;
    const read = await readSecret(namespace ?? '', name, hashes.value);
    if (read.state === 'unreachable') return null;
    const object = read.state === 'read' ? { ...read.object, metadata: last.object.metadata } : last.object;
    const ended = news.findLast(({ type }) => type === 'DELETED');
    return [
      ...(ended ? [{ told: ended, sealed: null, mark: '' }] : []),
      // Gone in the meantime: its end will be told.
      ...(read.state === 'absent' ? [] : [{ told: last, sealed: seal(object, hashes), mark: '' }]),
    ];
  }

  return {
    seal: sealBatch,
    stored(versions) {
      for (const [key, list] of versions) {
        const mark = list.at(-1)?.mark;
        if (mark) marks.set(key, mark);
        else marks.delete(key);
      }
    },
  };
}

function isStored({ metadata }: KubeObject, head: JournalHead | undefined): boolean {
  if (!head || head.deleted || !metadata.resourceVersion) return false;
  return metadata.resourceVersion === head.resourceVersion && (metadata.uid ?? '') === head.uid;
}

// A stored Helm release holds a whole chart, of which nothing is kept.
function isSecret(object: KubeObject | undefined): boolean {
  return object?.kind === 'Secret' && object.apiVersion === 'v1' && !isHelmRelease(object);
}
