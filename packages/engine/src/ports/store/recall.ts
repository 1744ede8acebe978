import type { Scope } from '@headwater/core/access/scope.ts';
import type { IncidentStatus } from '@headwater/core/incident/status.ts';
import type { Subject } from '@headwater/core/subject.ts';
import type { Millis } from '@headwater/core/time.ts';

/** What is remembered of an incident for finding it again. */
export interface RecallDocument {
  readonly id: string;
  readonly incidentId: string;
  /** What made it searchable; documents of another model are never compared. */
  readonly model: string;
  readonly summary: string;
  readonly createdAt: Millis;
}

/** An incident that may be similar, with everything the comparison reads. */
export interface RecallCandidate {
  readonly id: string;
  readonly number: number;
  readonly title: string;
  readonly status: IncidentStatus;
  readonly cluster: string;
  readonly subject: Subject | null;
  readonly startedAt: Millis;
  readonly resolvedAt: Millis | null;
  readonly cause: string | null;
  readonly causeCategory: string | null;
  readonly causeNamespace: string | null;
  readonly resolveReason: string | null;
  /** The remembered document when there is one, else what the diagnosis said, else the title. */
  readonly summary: string;
}

/** Remembered incidents. */
export interface RecallRepository {
  /** Replaces the document of the same incident and model; returns the id that stands now. */
  put(document: RecallDocument): Promise<string>;
  /** Incidents in which any of the words occurs, each once, the newest first; hidden and merged ones are left out. */
  byWords(search: {
    readonly scope: Scope;
    readonly model: string;
    readonly words: readonly string[];
    readonly limit: number;
  }): Promise<readonly RecallCandidate[]>;
  /** Other incidents with the same category of cause or the same name of the subject, each once, the newest first. */
  alike(search: {
    readonly scope: Scope;
    readonly model: string;
    readonly incidentId: string;
    readonly category: string | null;
    readonly subjectName: string | null;
    readonly limit: number;
  }): Promise<readonly RecallCandidate[]>;
}
