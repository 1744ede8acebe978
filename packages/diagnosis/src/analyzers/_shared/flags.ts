import { type Subject, subjectKey } from '@headwater/core/subject.ts';
import type { Change, FieldChange } from '../../changes/change.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';

/** One flag that a change turned. */
export interface FlagChange {
  readonly name: string;
  readonly path: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

// OpenFeature and flagd documents, Flagger-like and home-made ones: the flag stands below a key that says so.
const DOCUMENT = /\.flags?(?:\.|\[name=|\[')([\w./-]+?)(?:'\]|\])?(?:\.|$|\[)/i;
const FLAG_WORDS = /flag|feature|toggle|experiment|kill[-_]?switch|rollout[-_]?percent|variant/i;
const SWITCH =
  /^(?:.*[:=]\s*)?["']?(?:true|false|on|off|yes|no|enabled?|disabled?|control|treatment|\d{1,3}%?)["']?,?$/i;

/** The flags a change turned; empty when it is no change of flags. */
export function flagsIn(change: Change): readonly FlagChange[] {
  if (change.source === 'external' && change.diff.length === 0) {
    return FLAG_WORDS.test(change.title)
      ? [
          {
            name: /["'`]([\w.-]+)["'`]|([\w.]*[-_][\w.-]+)/.exec(change.title)?.slice(1).find(Boolean) ?? change.title,
            path: 'title',
            before: undefined,
            after: undefined,
          },
        ]
      : [];
  }
  const holder = `${change.subject?.kind ?? ''} ${change.subject?.name ?? ''} ${change.source === 'external' ? change.title : ''}`;
  return change.diff.flatMap((field) => flagOf(field, holder) ?? []);
}

function flagOf({ path, before, after }: FieldChange, holder: string): FlagChange | null {
  // A workload's fields are its own; flags live in ConfigMaps, custom resources and outside systems.
  if (/^spec\.template\b|^metadata\b/.test(path)) return null;
  const inDocument = DOCUMENT.exec(path)?.[1];
  if (inDocument) return { name: inDocument, path, before, after };
  const own = lastKey(path);
  const isSwitch = [before, after].every((value) => value === undefined || SWITCH.test(value));
  if (!isSwitch || (!FLAG_WORDS.test(path) && !FLAG_WORDS.test(holder))) return null;
  return { name: own, path, before, after };
}

function lastKey(path: string): string {
  return /([\w-]+)'?\]?$/.exec(path)?.[1] ?? path;
}

// Words that many flags and workloads share and that tell nothing.
const COMMON = new Set([
  'service',
  'server',
  'failure',
  'failures',
  'error',
  'errors',
  'enable',
  'enabled',
  'flag',
  'feature',
  'high',
  'slow',
  'load',
  'fault',
  'app',
  'api',
  'cpu',
  'memory',
  'leak',
  'manual',
  'problem',
  'problems',
  'flood',
  'unreachable',
  'rate',
  'new',
  'use',
  'test',
  'the',
  'and',
  'for',
  'with',
]);
const MIN_WORD = 2;

/** Workloads that a flag is named after: `paymentFailure` and `payment-service`. */
export function workloadsNamedBy(snapshot: Snapshot, flag: string, namespace: string | undefined): readonly Subject[] {
  const words = wordsOf(flag);
  if (words.length === 0) return [];
  const found = new Map<string, Subject>();
  for (const { component } of snapshot.topology.templates.list(namespace)) {
    const own = wordsOf(component.name);
    const flat = component.name.toLowerCase().replace(/[^a-z0-9]/g, '');
    if (words.some((word) => own.includes(word) || (word.length >= 5 && flat.includes(word))))
      found.set(subjectKey(component), component);
  }
  return [...found.values()];
}

function wordsOf(name: string): readonly string[] {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/);
  return words.filter((word) => word.length >= MIN_WORD && !COMMON.has(word));
}
