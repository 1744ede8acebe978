import { MINUTE } from '@headwater/core/time.ts';
import type { Alert } from '../snapshot/input.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { alertedSubjects } from './incident-onset.ts';
import { shiftOf } from './shifts.ts';
import type { Signal } from './signal.ts';
import { signalsOf } from './signals.ts';
import type { SignalName } from './vocabulary.ts';

// Alerts on what callers feel, by the signals that must have moved if they are true.
const FELT: readonly (readonly [RegExp, readonly SignalName[]])[] = [
  [/latency|slow|duration|response.?time/i, ['latency', 'tail-latency']],
  [/error|5xx|failing.?requests|success.?r/i, ['error-ratio']],
];
// A baseline shorter than this says nothing of what is usual.
const BASELINE = 10 * MINUTE;
const SERVES_WELL = 0.01;

/**
 * Whether the alerting service's own metrics contradict an alert on its errors or its latency: they were measured from well
 * before it until now, and never moved. A threshold that is too low fires on a service that is as it always was.
 */
export function isRefuted(snapshot: Snapshot, alert: Alert): boolean {
  const names = FELT.find(([words]) => words.test(alert.labels['alertname'] ?? ''))?.[1];
  if (!names) return false;
  const index = signalsOf(snapshot);
  const signals = alertedSubjects(snapshot, alert).flatMap((subject) =>
    names.flatMap((name) => index.of(name, snapshot.topology.component(subject)) ?? index.of(name, subject) ?? []),
  );
  return signals.length > 0 && signals.every((signal) => isSteady(signal, alert));
}

function isSteady(signal: Signal, { startsAt }: Alert): boolean {
  const first = signal.samples[0]?.[0];
  const last = signal.samples.at(-1)?.[1] ?? 0;
  if (first === undefined || startsAt === null || first > startsAt - BASELINE || shiftOf(signal) !== null) return false;
  return signal.name !== 'error-ratio' || last < SERVES_WELL;
}
