import type { Subject } from '@headwater/core/subject.ts';
import type { ReadAlert } from './read-alerts.ts';

/** Where a signal came in. */
export const SIGNAL_SOURCES = ['alertmanager', 'grafana', 'prometheus', 'kubernetes-event', 'generic'] as const;

export type SignalSource = (typeof SIGNAL_SOURCES)[number];

/** One alert of a signal, checked; `startsAt` null when its sender does not know. */
export interface SignalAlert extends ReadAlert {
  readonly generatorUrl: string | null;
  /** What the sender told beyond labels and annotations: links, values, the group's context. */
  readonly extra: Readonly<Record<string, unknown>>;
  /** The object it is about when the sender names one; else the labels tell. */
  readonly subject?: Subject;
}

/** One body of any sender in one form. */
export interface SignalBody {
  readonly source: SignalSource;
  /** Alertmanager's group; changes with its routing tree. */
  readonly groupKey: string | null;
  readonly receiver: string | null;
  /** How many alerts of the group the sender left out. */
  readonly truncatedAlerts: number;
  readonly alerts: readonly SignalAlert[];
}

/** What is wrong with a body, at a JSON pointer into it. */
export interface SignalFault {
  readonly pointer: string;
  readonly detail: string;
}

/** Nothing of a body is taken when anything of it is wrong. */
export type SignalReading =
  | { readonly ok: true; readonly body: SignalBody }
  | { readonly ok: false; readonly faults: readonly SignalFault[] };

// More would only say the same of every element of a list.
const MAX_FAULTS = 20;

/** A failed reading, its faults cut to a number a person may read. */
export function faulty(faults: readonly SignalFault[]): SignalReading {
  return { ok: false, faults: faults.slice(0, MAX_FAULTS) };
}

/** RFC 6901. */
export function jsonPointer(path: readonly PropertyKey[]): string {
  return path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
