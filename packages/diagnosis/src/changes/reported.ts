import { formatValue } from '../evidence/evidence.ts';
import type { ReportedChange } from '../snapshot/input.ts';
import { type Change, type FieldChange, makeChange } from './change.ts';
import { redactDiff } from './redact.ts';

/** Changes an outside system reported, as they came. */
export function reportedChanges(reported: readonly ReportedChange[], now: number): Change[] {
  return reported
    .filter(({ time }) => time <= now)
    .map(({ time, kind, title, subject, source, actor, diff }) =>
      makeChange({
        time,
        source: 'external',
        subject,
        title: `${title} (${kind}, ${source})`,
        diff: redactDiff(subject?.kind ?? '', fieldChanges(diff)),
        actor,
      }),
    );
}

/** Reads a foreign diff: a list of `{path, before, after}`, or a map of a path to such a pair or to `[before, after]`. */
function fieldChanges(diff: unknown): FieldChange[] {
  if (Array.isArray(diff))
    return diff.flatMap((item: unknown) =>
      isRecord(item) && typeof item['path'] === 'string' ? [fieldChange(item['path'], item)] : [],
    );
  if (!isRecord(diff)) return [];
  return Object.entries(diff).map(([path, value]) =>
    fieldChange(
      path,
      isRecord(value) ? value : Array.isArray(value) ? { before: value[0], after: value[1] } : { after: value },
    ),
  );
}

function fieldChange(path: string, value: Record<string, unknown>): FieldChange {
  const before = value['before'] ?? value['from'] ?? value['old'];
  const after = value['after'] ?? value['to'] ?? value['new'];
  return {
    path,
    ...(before === undefined ? {} : { before: formatValue(before) }),
    ...(after === undefined ? {} : { after: formatValue(after) }),
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
