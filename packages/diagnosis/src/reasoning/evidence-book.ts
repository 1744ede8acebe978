import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { compareText } from '@headwater/core/subject.ts';
import { evidenceId } from '../evidence/evidence.ts';

/** The evidence a diagnosis cites, each piece once under its content-addressed id. */
export interface EvidenceBook {
  /** Enters evidence and returns its ids in the given order, each once. */
  enter(evidence: readonly Evidence[]): string[];
  /** All entries, in the order they were entered. */
  pieces(): readonly Evidence[];
  /** All entries in id order, so that equal diagnoses are equal bytes. */
  pages(): Record<string, Evidence>;
}

/** Makes an empty book. */
export function openEvidenceBook(): EvidenceBook {
  const entries = new Map<string, Evidence>();
  return {
    enter: (evidence) => {
      const ids = evidence.map((piece) => {
        const id = evidenceId(piece);
        entries.set(id, piece);
        return id;
      });
      return [...new Set(ids)];
    },
    pieces: () => [...entries.values()],
    pages: () => Object.fromEntries([...entries.entries()].sort(([left], [right]) => compareText(left, right))),
  };
}
