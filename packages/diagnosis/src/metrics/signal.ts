import { type Subject, subjectKey } from '@headwater/core/subject.ts';
import type { Sample } from './onset.ts';
import type { SignalSource } from './promql.ts';
import type { SignalName } from './vocabulary.ts';

/** One signal of one subject over time, in the unit of its name. */
export interface Signal {
  readonly name: SignalName;
  readonly subject: Subject;
  /** The callee, for signals of an edge. */
  readonly peer?: Subject;
  readonly samples: readonly Sample[];
  /** The metric it was read from. */
  readonly metric: string;
  /** Absent for signals made from spans. */
  readonly source?: SignalSource;
}

/** The identity of a signal's place: a subject, or `caller>callee`. */
export function placeKey(subject: Subject, peer?: Subject): string {
  return peer ? `${subjectKey(subject)}>${subjectKey(peer)}` : subjectKey(subject);
}
