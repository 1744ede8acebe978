import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';
import { formatSubject } from '@headwater/core/subject.ts';
import { readField } from '../snapshot/field.ts';
import { subjectOf } from '../snapshot/objects.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { oneLine } from './evidence.ts';

/** Cites some lines of a long text field, such as a file in a ConfigMap; lines count from 1, both ends included. */
export function citeLines(
  object: KubeObject,
  path: string,
  { from, to }: { readonly from: number; readonly to: number },
): Evidence {
  const value = readField(object, path);
  const lines = typeof value === 'string' ? value.split('\n').slice(from - 1, to) : [];
  const where = from === to ? `line ${from}` : `lines ${from}-${to}`;
  return {
    kind: 'field',
    source: 'kubernetes',
    subject: subjectOf(object),
    text: oneLine(
      `${formatSubject(subjectOf(object))}: ${path} ${where}: ${lines.map((line) => line.trim()).join(' | ')}`,
    ),
    query: `lines:${from}-${to}:${path}`,
    redacted: false,
  };
}

/** Reads cited lines again; null when the locator is malformed or the object is a Secret, whose text is never shown. */
export function rereadLines(snapshot: Snapshot, locator: string, { subject }: Evidence): Evidence | null {
  const match = /^(\d+)-(\d+):(.+)$/.exec(locator);
  const object = subject && subject.kind !== 'Secret' ? snapshot.objects.find(subject) : undefined;
  return object && match?.[3] ? citeLines(object, match[3], { from: Number(match[1]), to: Number(match[2]) }) : null;
}
