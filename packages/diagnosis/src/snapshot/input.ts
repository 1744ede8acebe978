import type { Gap } from '@headwater/contracts/diagnosis/diagnosis.ts';
import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';
import type { SourceName, SourceState } from '@headwater/contracts/recording/manifest.ts';
import type { Subject } from '@headwater/core/subject.ts';
import type { Millis } from '@headwater/core/time.ts';

/** One alert as it reached us; `startsAt` and `endsAt` in milliseconds, `endsAt` null while firing. */
export interface Alert {
  readonly fingerprint: string;
  readonly status: 'firing' | 'resolved';
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: Millis | null;
  readonly endsAt: Millis | null;
  /** The address Prometheus gives with an alert; its `g0.expr` is the rule. */
  readonly generatorUrl?: string | null | undefined;
}

/** Which kinds were listed where; without an entry of state `read`, the absence of an object proves nothing. */
export interface KindCoverage {
  readonly kind: string;
  /** Undefined: every namespace, or a cluster-scoped kind. */
  readonly namespace?: string | undefined;
  readonly state: 'read' | 'forbidden' | 'unreachable';
}

export interface JournalEntry {
  readonly observedAt: Millis;
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: KubeObject;
  /** When nobody watched for a while: the state came about after this moment. */
  readonly after?: Millis | undefined;
  /** The journal has followed the object up to now, so that its last entry is the present state. */
  readonly complete?: boolean | undefined;
}

/** One kept line; `n` counts from 1 in the stream as it was read. */
export interface LogLine {
  readonly n: number;
  readonly time: Millis | null;
  readonly text: string;
}

export type LogLevel = 'error' | 'warn' | 'info';

/** Lines of one shape (Drain): `pattern` has `<*>` where they differ; `sample` is the first of them. */
export interface LogTemplate {
  readonly id: string;
  readonly pattern: string;
  readonly level: LogLevel;
  readonly count: number;
  readonly sample: LogLine;
  readonly last: LogLine;
}

/** One container instance's log, reduced while streaming: memory does not grow with the log. */
export interface LogStream {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly previous: boolean;
  /** Head, tail, errors and their neighbourhood, in order; not every line. */
  readonly lines: readonly LogLine[];
  readonly templates: readonly LogTemplate[];
  readonly totalLines: number;
  readonly totalBytes: number;
}

/** One Prometheus series: labels with `__name__`, samples as [milliseconds, value] in time order. */
export interface Series {
  readonly labels: Readonly<Record<string, string>>;
  readonly samples: readonly (readonly [Millis, number])[];
}

export interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | null;
  readonly service: string;
  readonly name: string;
  readonly kind: 'client' | 'server' | 'producer' | 'consumer' | 'internal';
  readonly start: Millis;
  readonly durationMs: number;
  readonly error: boolean;
  readonly statusMessage: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly resource: Readonly<Record<string, string>>;
}

/** A change an outside system reported: deploy, flag flip, GitOps sync. */
export interface ReportedChange {
  readonly time: Millis;
  readonly kind: string;
  readonly title: string;
  readonly subject?: Subject | undefined;
  readonly source: string;
  readonly actor?: string | undefined;
  readonly diff?: unknown;
}

/** Everything the engine may look at, and nothing else; whoever collects fills this. */
export interface SnapshotInput {
  readonly cluster: { readonly name: string; readonly uid?: string | undefined; readonly version?: string | undefined };
  /** The engine's clock; nothing later is used. */
  readonly now: Millis;
  readonly window?: { readonly from: Millis; readonly to: Millis } | undefined;
  readonly question?: string | undefined;
  /** Objects the person asked about, when there is no alert. */
  readonly subjects?: readonly Subject[] | undefined;
  /** Restricts a scan without alert to these namespaces. */
  readonly namespaces?: readonly string[] | undefined;
  readonly sources: Readonly<Partial<Record<SourceName, SourceState>>>;
  readonly coverage: readonly KindCoverage[];
  readonly alerts: readonly Alert[];
  readonly objects: readonly KubeObject[];
  readonly journal: readonly JournalEntry[];
  readonly logs: readonly LogStream[];
  readonly metrics: readonly Series[];
  readonly traces: readonly Span[];
  readonly changes: readonly ReportedChange[];
  /** What the collector could not read or had to cut. */
  readonly gaps: readonly Gap[];
}

/** An input with nothing in it, for builders and tests. */
export function emptyInput(now: Millis): SnapshotInput {
  return {
    cluster: { name: 'default' },
    now,
    sources: {},
    coverage: [],
    alerts: [],
    objects: [],
    journal: [],
    logs: [],
    metrics: [],
    traces: [],
    changes: [],
    gaps: [],
  };
}
