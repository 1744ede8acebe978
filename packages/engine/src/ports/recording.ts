import type { Gap } from '@headwater/contracts/diagnosis/diagnosis.ts';
import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';
import type { DroppedField } from '@headwater/contracts/kube/parse.ts';
import type { ListedKind } from '@headwater/contracts/recording/coverage.ts';
import type { ExpectedDiagnosis } from '@headwater/contracts/recording/expected.ts';
import type { RecordingManifest } from '@headwater/contracts/recording/manifest.ts';
import type {
  Alert,
  JournalEntry,
  LogStream,
  ReportedChange,
  Series,
  Span,
} from '@headwater/diagnosis/snapshot/input.ts';

/** The folders of a recording, by the name they have in it. */
export const RECORDING_PARTS = [
  'alerts',
  'objects',
  'history',
  'logs',
  'loki',
  'metrics',
  'traces',
  'changes',
] as const;
export type RecordingPart = (typeof RECORDING_PARTS)[number];

export type LogIdentity = Pick<LogStream, 'namespace' | 'pod' | 'container' | 'previous'>;

/** A place in a recording that could not be read; lines and columns count from 1, null where they mean nothing. */
export interface Malformed {
  readonly file: string;
  readonly line: number | null;
  readonly column: number | null;
  readonly what: string;
  readonly expected: string;
}

/** Lines of one Loki stream, times as Loki writes them: nanoseconds since the epoch in decimal. */
export interface LokiStream {
  readonly labels: Readonly<Record<string, string>>;
  readonly entries: readonly (readonly [nanoseconds: string, line: string])[];
}

/** A list the API server refused or did not answer; `namespace` undefined when it was asked for all of them. */
export interface RefusedKind {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string | undefined;
  readonly state: 'forbidden' | 'unreachable';
  readonly message: string;
}

/** One thing read from a recording. `file` is its path inside the recording; the order of items means nothing. */
export type RecordingItem =
  | {
      readonly type: 'object';
      readonly file: string;
      readonly object: KubeObject;
      readonly dropped: readonly DroppedField[];
    }
  | { readonly type: 'listed'; readonly file: string; readonly listed: ListedKind }
  | { readonly type: 'refused'; readonly file: string; readonly refused: RefusedKind }
  | { readonly type: 'alert'; readonly file: string; readonly alert: Alert }
  | {
      readonly type: 'journal';
      readonly file: string;
      readonly entry: JournalEntry;
      readonly dropped: readonly DroppedField[];
    }
  /** `lines` can be read once, before the next item is asked for; what is left unread is skipped. */
  | {
      readonly type: 'log';
      readonly file: string;
      readonly identity: LogIdentity;
      readonly lines: AsyncIterable<string>;
    }
  | { readonly type: 'loki'; readonly file: string; readonly stream: LokiStream }
  | { readonly type: 'series'; readonly file: string; readonly series: Series }
  | { readonly type: 'span'; readonly file: string; readonly span: Span }
  | { readonly type: 'change'; readonly file: string; readonly change: ReportedChange }
  | { readonly type: 'malformed'; readonly malformed: Malformed };

/** A recording that was opened: its manifest is sound, everything else is read on demand and leniently. */
export interface RecordingSource {
  /** Where it lies, as the person gave it. */
  readonly path: string;
  readonly manifest: RecordingManifest;
  /** Streams what the given folders hold, all when none are given. Each call reads anew. */
  read(parts?: readonly RecordingPart[]): AsyncIterable<RecordingItem>;
  /** The folders that exist, even empty. */
  folders(): Promise<ReadonlySet<RecordingPart>>;
  /** The container logs it holds under `logs/`. */
  logs(): Promise<readonly LogIdentity[]>;
  /** The lines of one container log; null when there is none. */
  openLog(identity: LogIdentity): Promise<AsyncIterable<string> | null>;
  /** The ground truth for the bench; null when there is none. Throws AppError `invalid` when it is malformed. */
  expected(): Promise<ExpectedDiagnosis | null>;
}

/** What a recording is written from: the same items a reader yields, and gaps to be told. */
export type WritableItem = RecordingItem | { readonly type: 'gap'; readonly gap: Gap };
