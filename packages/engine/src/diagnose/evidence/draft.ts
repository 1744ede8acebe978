import { canonicalJson, contentId } from '@headwater/core/ids.ts';
import type { EvidenceRow } from '../../ports/store/evidence.ts';

/** Evidence before it belongs to an incident. */
export type EvidenceDraft = Omit<EvidenceRow, 'incidentId' | 'collectedAt'>;

/** Gives a draft the id of its content: read again unchanged, it is the same evidence. */
export function withId(draft: Omit<EvidenceDraft, 'id'>): EvidenceDraft {
  return { ...draft, id: contentId('ev', canonicalJson(draft)) };
}
