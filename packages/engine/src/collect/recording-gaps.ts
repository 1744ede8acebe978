import type { Gap } from '@headwater/contracts/diagnosis/diagnosis.ts';
import type { DroppedField } from '@headwater/contracts/kube/parse.ts';
import { SOURCE_NAMES, type SourceName, type SourceState } from '@headwater/contracts/recording/manifest.ts';
import { compareText } from '@headwater/core/subject.ts';
import type { Malformed, RecordingPart, RefusedKind } from '../ports/recording.ts';

/** What each part of a recording would have shown. */
const WOULD_SHOW: Readonly<Record<RecordingPart, string>> = {
  objects: 'the state and the events of the objects in it',
  alerts: 'which alerts fired and since when',
  history: 'what changed before the onset',
  logs: 'what the containers said',
  loki: 'what containers said that are gone',
  metrics: 'how load, errors and resources moved',
  traces: 'which call failed or was slow',
  changes: 'deploys and other changes from outside systems',
};

/** A malformed place in words: `objects/pods.json, line 3, column 7: found "]"; expected a value`. */
export function describeMalformed({ file, line, column, what, expected }: Malformed): string {
  const place = [file, ...(line === null ? [] : [`line ${line}`]), ...(column === null ? [] : [`column ${column}`])];
  return `${place.join(', ')}: ${what}; expected ${expected}`;
}

/** The gap a malformed place leaves. */
export function malformedGap(malformed: Malformed): Gap {
  const part = malformed.file.split('/')[0] ?? '';
  const wouldShow = Object.hasOwn(WOULD_SHOW, part) ? WOULD_SHOW[part as RecordingPart] : 'what the rest of it held';
  return { source: 'recording', statement: describeMalformed(malformed), wouldShow };
}

/** The gap a refused kind leaves. */
export function refusedGap({ kind, namespace, state, message }: RefusedKind): Gap {
  const where = namespace === undefined ? '' : ` in namespace ${namespace}`;
  const how = state === 'forbidden' ? 'was forbidden' : 'failed';
  return {
    source: 'kubernetes',
    statement: `Listing ${kind}${where} ${how}${message === '' ? '' : `: ${message}`}`,
    wouldShow: `which ${kind} objects exist${where} and what state they are in`,
  };
}

export interface SourceView {
  readonly states: Readonly<Partial<Record<SourceName, SourceState>>>;
  readonly folders: ReadonlySet<RecordingPart>;
}

/** The state of each source: what the manifest says, else whether its folder exists. */
export function sourceStates({ states, folders }: SourceView): Record<SourceName, SourceState> {
  const exists = (name: SourceName): boolean => folders.has(name) || (name === 'logs' && folders.has('loki'));
  const entries = SOURCE_NAMES.map((name) => [name, states[name] ?? (exists(name) ? 'present' : 'absent')] as const);
  return Object.fromEntries(entries) as Record<SourceName, SourceState>;
}

/** Gaps of whole sources: refused, out of reach, promised but missing; and objects in any case, because nothing goes without them. */
export function sourceGaps(view: SourceView): Gap[] {
  return Object.entries(sourceStates(view)).flatMap(([key, state]) => {
    const name = key as SourceName;
    const statement = sourceStatement(name, state, view.folders);
    return statement === null ? [] : [{ source: name, statement, wouldShow: WOULD_SHOW[name] }];
  });
}

function sourceStatement(name: SourceName, state: SourceState, folders: ReadonlySet<RecordingPart>): string | null {
  if (state === 'forbidden') return `The recorder was not allowed to read ${name}`;
  if (state === 'unreachable') return `The recorder could not reach the source of ${name}`;
  if (state === 'absent') return name === 'objects' ? 'No objects were recorded' : null;
  const missing = !folders.has(name) && !(name === 'logs' && folders.has('loki'));
  return missing ? `recording.yaml says that ${name} are present, but there is no folder ${name}/` : null;
}

export interface DroppedIn extends DroppedField {
  readonly file: string;
}

// The same wrong field in ten thousand objects is one thing to know.
const NAMED_FIELDS = 25;

/** Gaps for fields of a wrong type, one for each field of a kind, with the first object that has it. */
export function droppedGaps(dropped: readonly DroppedIn[]): Gap[] {
  const groups = Map.groupBy(dropped, ({ object, path, expected }) =>
    [object.split(' ')[0], path.replaceAll(/\[\d+\]/g, '[]'), expected].join(' '),
  );
  const gaps = [...groups.values()].map((group) => {
    const [first] = group.toSorted((left, right) => compareText(nameOf(left), nameOf(right)));
    const objects = new Set(group.map(({ object }) => object));
    const others = objects.size > 1 ? ` (and of ${objects.size - 1} more)` : '';
    const statement = first
      ? `${first.file}: ${first.path} of ${first.object}${others} was left out: ${lowerFirst(first.expected)}`
      : '';
    return { source: 'recording', statement, wouldShow: `what ${first?.path ?? 'the field'} said` };
  });
  gaps.sort((left, right) => compareText(left.statement, right.statement));
  if (gaps.length <= NAMED_FIELDS) return gaps;
  const rest = {
    source: 'recording',
    statement: `${gaps.length - NAMED_FIELDS} more fields of a wrong type were left out`,
    wouldShow: 'what they said',
  };
  return [...gaps.slice(0, NAMED_FIELDS), rest];
}

function nameOf({ object, file, path }: DroppedIn): string {
  return `${object} ${path} ${file}`;
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

/** Gaps each once, in one order. */
export function canonicalGaps(gaps: readonly Gap[]): Gap[] {
  const unique = new Map(gaps.map((gap) => [`${gap.source} ${gap.statement} ${gap.wouldShow}`, gap]));
  return [...unique.keys()].sort(compareText).flatMap((key) => unique.get(key) ?? []);
}
