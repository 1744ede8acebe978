import type { Diagnosis, Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { formatTime, parseTime } from '@headwater/core/time.ts';
import { evidenceId } from '@headwater/diagnosis/evidence/evidence.ts';
import type { Snapshot } from '@headwater/diagnosis/snapshot/snapshot.ts';

export const CORRUPTIONS = ['wrong value', 'wrong object', 'wrong time', 'invented line'] as const;
export type Corruption = (typeof CORRUPTIONS)[number];

export interface Corrupted {
  readonly diagnosis: Diagnosis;
  /** What was changed, for the message of a test that fails. */
  readonly what: string;
}

/** A source of numbers in [0, 1). */
export type Random = () => number;

/** A copy of a correct diagnosis with one lie in it; null when it holds nothing of that kind to lie about. */
export function corrupt(
  diagnosis: Diagnosis,
  snapshot: Snapshot,
  { kind, random }: { kind: Corruption; random: Random },
): Corrupted | null {
  const copy = structuredClone(diagnosis);
  switch (kind) {
    case 'wrong value':
      return random() < 0.5 ? wrongStatement(copy, random) : wrongEvidenceText(copy, random);
    case 'wrong object':
      return random() < 0.5 ? wrongSubject(copy, snapshot, random) : wrongEvidenceSubject(copy, snapshot, random);
    case 'wrong time':
      return wrongTime(copy, random);
    case 'invented line':
      return inventedLine(copy, random);
  }
}

function wrongStatement(diagnosis: Diagnosis, random: Random): Corrupted | null {
  const cause = pick(diagnosis.causes, random);
  const changed = cause && changeValue(cause.statement, random);
  if (!cause || !changed) return null;
  cause.statement = changed.text;
  return { diagnosis, what: `statement says ${changed.to} for ${changed.from}` };
}

function wrongEvidenceText(diagnosis: Diagnosis, random: Random): Corrupted | null {
  const id = pick(Object.keys(diagnosis.evidence), random);
  const evidence = id === undefined ? undefined : diagnosis.evidence[id];
  const changed = evidence && changeValue(evidence.text, random);
  if (!id || !evidence || !changed) return null;
  return {
    diagnosis: replaceEvidence(diagnosis, id, { ...evidence, text: changed.text }),
    what: `evidence ${evidence.query} says ${changed.to} for ${changed.from}`,
  };
}

function wrongSubject(diagnosis: Diagnosis, snapshot: Snapshot, random: Random): Corrupted | null {
  const cause = pick(diagnosis.causes, random);
  const known = new Set(cause ? [cause.subject.name, ...cause.aliases.map(({ name }) => name)] : []);
  const others = cause
    ? snapshot.objects.list(cause.subject.kind).filter(({ metadata }) => !known.has(metadata.name))
    : [];
  const other = pick(others, random);
  if (!cause) return null;
  const name = other?.metadata.name ?? `${cause.subject.name}x`;
  const what = `cause is ${cause.subject.kind} ${name}, not ${cause.subject.name}`;
  cause.subject = {
    kind: cause.subject.kind,
    name,
    ...(other
      ? other.metadata.namespace
        ? { namespace: other.metadata.namespace }
        : {}
      : { namespace: cause.subject.namespace }),
  };
  return { diagnosis, what };
}

function wrongEvidenceSubject(diagnosis: Diagnosis, snapshot: Snapshot, random: Random): Corrupted | null {
  const ids = Object.keys(diagnosis.evidence).filter((id) => diagnosis.evidence[id]?.subject);
  const id = pick(ids, random);
  const evidence = id === undefined ? undefined : diagnosis.evidence[id];
  if (!id || !evidence?.subject) return null;
  const { kind, name } = evidence.subject;
  const other = pick(
    snapshot.objects.list(kind).filter(({ metadata }) => metadata.name !== name),
    random,
  );
  const subject = { ...evidence.subject, name: other?.metadata.name ?? `${name}x` };
  return {
    diagnosis: replaceEvidence(diagnosis, id, { ...evidence, subject }),
    what: `evidence ${evidence.query} is about ${subject.name}, not ${name}`,
  };
}

const MINUTES_OFF = [3, 7, 11, 45, 90];

function wrongTime(diagnosis: Diagnosis, random: Random): Corrupted | null {
  // An odd number of seconds: no fact of a recording happens to lie there.
  const shift = (pick(MINUTES_OFF, random) ?? 7) * 60_000 + 13_000 + Math.floor(random() * 40_000);
  const timed = Object.keys(diagnosis.evidence).filter((id) => diagnosis.evidence[id]?.time);
  const places = [
    ...timed,
    ...(diagnosis.onset ? ['onset'] : []),
    ...diagnosis.changes.map((_, index) => `changes ${index}`),
  ];
  const place = pick(places, random);
  if (place === undefined) return null;
  const moved = (text: string): string => formatTime((parseTime(text) ?? 0) - shift);
  if (place === 'onset')
    return { diagnosis: { ...diagnosis, onset: moved(diagnosis.onset ?? '') }, what: 'onset moved' };
  if (place.startsWith('changes ')) {
    const change = diagnosis.changes[Number(place.slice(8))];
    if (change) change.time = moved(change.time);
    return { diagnosis, what: `time of ${place} moved` };
  }
  const evidence = diagnosis.evidence[place];
  if (!evidence?.time) return null;
  return {
    diagnosis: replaceEvidence(diagnosis, place, { ...evidence, time: moved(evidence.time) }),
    what: `time of ${evidence.query} moved`,
  };
}

const LIES = [
  'panic: runtime error: invalid memory address',
  'ERROR disk quota exceeded on /data',
  'FATAL: password authentication failed for user "app"',
  'OutOfMemoryError: Java heap space',
];

function inventedLine(diagnosis: Diagnosis, random: Random): Corrupted | null {
  const cause = pick(diagnosis.causes, random);
  if (!cause) return null;
  const text = `${pick(LIES, random)} (${Math.floor(random() * 1000)})`;
  const logs = Object.values(diagnosis.evidence).filter(({ kind }) => kind === 'log');
  const model = pick(logs, random);
  const subject = model?.subject ?? {
    kind: 'Pod',
    namespace: cause.subject.namespace ?? 'default',
    name: `${cause.subject.name}-0`,
  };
  const line: Evidence = {
    kind: 'log',
    source: 'logs',
    subject,
    text,
    query: model?.query ?? `log:${subject.namespace ?? ''}/${subject.name}/app#1`,
    redacted: false,
  };
  const id = evidenceId(line);
  diagnosis.evidence[id] = line;
  cause.supports.push(id);
  return { diagnosis, what: `invented log line "${text}"` };
}

// A liar who knows the format also makes the id fit, wherever it is cited.
function replaceEvidence(diagnosis: Diagnosis, id: string, evidence: Evidence): Diagnosis {
  const fresh = evidenceId(evidence);
  return JSON.parse(
    JSON.stringify({ ...diagnosis, evidence: { ...without(diagnosis.evidence, id), [fresh]: evidence } }).replaceAll(
      id,
      fresh,
    ),
  ) as Diagnosis;
}

function without(evidence: Diagnosis['evidence'], id: string): Diagnosis['evidence'] {
  return Object.fromEntries(Object.entries(evidence).filter(([key]) => key !== id));
}

// A number becomes another one, or a literal in backticks another name.
function changeValue(text: string, random: Random): { text: string; from: string; to: string } | null {
  const numbers = [...text.matchAll(/(?<![\w.:/-])\d+(?:\.\d+)?(?=(?:Ki|Mi|Gi|m|%|s)?(?![\w:.-]))/g)].map((match) => ({
    at: match.index,
    from: match[0],
    to: String(Number(match[0]) * 3 + 17),
  }));
  const literals = [...text.matchAll(/`([^`]{2,60})`/g)].map((match) => ({
    at: match.index + 1,
    from: match[1] ?? '',
    to: `${match[1]}-q7`,
  }));
  const place = pick([...numbers, ...literals], random);
  if (!place) return null;
  return {
    text: text.slice(0, place.at) + place.to + text.slice(place.at + place.from.length),
    from: place.from,
    to: place.to,
  };
}

function pick<T>(items: readonly T[], random: Random): T | undefined {
  return items[Math.floor(random() * items.length)];
}
