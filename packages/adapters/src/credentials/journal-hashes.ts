import { createHash, createHmac } from 'node:crypto';
import type { JournalHashes } from '@headwater/engine/ports/journal-hashes.ts';

/** The hashes of the journal: content by SHA-256, values by HMAC under a key of this installation. */
export function journalHashes(key: string): JournalHashes {
  return {
    // A third of a digest less still leaves 160 bits, and every version is stored with two of them.
    content: (text) => createHash('sha256').update(text).digest('base64url').slice(0, 27),
    value: (value) => createHmac('sha256', key).update(value).digest('hex').slice(0, 16),
  };
}
