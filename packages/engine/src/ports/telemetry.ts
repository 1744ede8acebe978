import type { Alert, Series, Span } from '@headwater/diagnosis/snapshot/input.ts';

/** A window in milliseconds since the epoch, both ends included. */
export interface Window {
  readonly from: number;
  readonly to: number;
}

/** The answer of a telemetry source; refusals are values and become gaps. */
export type TelemetryOutcome<T> =
  | { readonly state: 'read'; readonly items: readonly T[]; readonly cut: string | null }
  | { readonly state: 'forbidden' | 'unreachable'; readonly message: string };

/** Prometheus or anything that speaks its query API. */
export interface MetricsReader {
  /** Range query; `stepSeconds` between samples. A query the server rejects throws AppError `invalid` with its words. */
  range(query: string, window: Window, stepSeconds: number): Promise<TelemetryOutcome<Series>>;
  /** Names of the metrics the server holds; may be as old as a few minutes. */
  names?(window: Window): Promise<TelemetryOutcome<string>>;
  /** Label names of the series a selector matches; may be as old as a few minutes. */
  labels?(selector: string, window: Window): Promise<TelemetryOutcome<string>>;
  close(): Promise<void>;
}

export interface LogLineBatch {
  readonly labels: Readonly<Record<string, string>>;
  /** [milliseconds, line], oldest first. */
  readonly lines: readonly (readonly [number, string])[];
}

/** Loki: logs of Pods that may be gone. */
export interface LogArchive {
  range(query: string, window: Window, limit: number): Promise<TelemetryOutcome<LogLineBatch>>;
  /** Label names streams have. */
  labels?(window: Window): Promise<TelemetryOutcome<string>>;
  close(): Promise<void>;
}

/** Tempo: traces by search and by id. */
export interface TraceReader {
  /** Ids of traces that match, newest first. */
  search(query: {
    /** Resource attributes that one span must have. */
    readonly tags: Readonly<Record<string, string>>;
    /** Further TraceQL conditions on the same span, such as `status = error`. */
    readonly where?: readonly string[];
    readonly window: Window;
    readonly limit: number;
  }): Promise<TelemetryOutcome<string>>;
  trace(traceId: string): Promise<TelemetryOutcome<Span>>;
  close(): Promise<void>;
}

export type { Alert, Series, Span };
