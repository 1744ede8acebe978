import type { Subject } from '@headwater/core/subject.ts';
import type { Millis } from '@headwater/core/time.ts';

/** One thing that was read for an incident, as it is kept: masked, and never changed once written. */
export interface EvidenceRow {
  readonly incidentId: string;
  /** `ev_...`, made from the content. */
  readonly id: string;
  /** What a diagnosis cites (field, event, log ...), or what was collected whole: object, log-excerpt, series, trace. */
  readonly kind: string;
  readonly source: string;
  readonly subject: Subject | null;
  readonly namespace: string | null;
  readonly observedAt: Millis | null;
  readonly collectedAt: Millis;
  readonly text: string;
  readonly query: string;
  readonly redacted: boolean;
  /** Redacted object, kept log lines, samples or spans; null for what is all in `text`. */
  readonly content: unknown;
}

export interface EvidencePage {
  readonly incidentId: string;
  readonly kinds?: readonly string[] | undefined;
  readonly limit: number;
  /** The last row of the page before. */
  readonly after?: { readonly observedAt: Millis | null; readonly id: string } | undefined;
}

/** Keeps what was collected. */
export interface EvidenceRepository {
  /** Adds what is not there yet; returns how many were new. */
  add(rows: readonly EvidenceRow[]): Promise<number>;
  count(incidentId: string): Promise<number>;
  get(incidentId: string, id: string): Promise<EvidenceRow | null>;
  /** Newest first, without time last; `content` is left out (null). */
  list(page: EvidencePage): Promise<readonly EvidenceRow[]>;
}
