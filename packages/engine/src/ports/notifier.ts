import type { Diagnosis } from '@headwater/contracts/diagnosis/diagnosis.ts';
import type { Millis } from '@headwater/core/time.ts';

/** An incident as people outside are told of it. */
export interface IncidentNotice {
  readonly incidentId: string;
  readonly number: number;
  readonly title: string;
  readonly severity: string;
  readonly status: 'open' | 'acknowledged' | 'resolved';
  readonly cluster: string;
  readonly namespaces: readonly string[];
  readonly startedAt: Millis;
  readonly resolvedAt: Millis | null;
  readonly acknowledgedBy: string | null;
  readonly alertCount: number;
  readonly firingCount: number;
  /** The latest analysis; null until there is one. */
  readonly diagnosis: { readonly revision: number; readonly body: Diagnosis } | null;
  /** Where the incident is seen; null when no public address is configured. */
  readonly url: string | null;
}

/** What a destination gave back, kept so that the next notice edits instead of posting anew. Its shape is the destination's own. */
export type Receipt = Readonly<Record<string, unknown>>;

export interface NoticeRequest {
  readonly notice: IncidentNotice;
  /** Null for the first notice of an incident. */
  readonly receipt: Receipt | null;
  /** True when an earlier attempt ended without an answer: it may have arrived. */
  readonly uncertain: boolean;
}

export type NoticeOutcome =
  | { readonly state: 'sent'; readonly receipt: Receipt }
  | {
      readonly state: 'retry';
      readonly reason: string;
      readonly after: Millis | null;
      readonly receipt: Receipt | null;
    }
  | { readonly state: 'refused'; readonly reason: string };

/** A place outside where people read about incidents. */
export interface Notifier {
  /** Stable and unique, such as `slack:C0123`. */
  readonly destination: string;
  /** Makes what is shown there say what the notice says; never throws for what the other side does. */
  tell(request: NoticeRequest): Promise<NoticeOutcome>;
}
