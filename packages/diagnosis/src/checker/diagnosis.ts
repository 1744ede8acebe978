import type { Diagnosis, Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { formatSubject, sameSubject, type Subject } from '@headwater/core/subject.ts';
import { formatTime } from '@headwater/core/time.ts';
import { evidenceId } from '../evidence/evidence.ts';
import { travelsToNeeded } from '../reasoning/causality/rules.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { checkClaim, checkEvidence } from './claims.ts';
import { ungrounded } from './grounding.ts';
import { knownTimes } from './known-times.ts';

/** One thing a diagnosis says that the snapshot does not bear out. */
export interface Refusal {
  /** Where in the diagnosis: `causes[0].statement`, `evidence.ev_…`, `onset`. */
  readonly path: string;
  readonly reason: string;
}

/** Checks every claim of a diagnosis against a snapshot: evidence by reading it again, statements by their literals, subjects and times by what is cited. */
export function checkDiagnosis(snapshot: Snapshot, diagnosis: Diagnosis): Refusal[] {
  return [
    ...checkPages(snapshot, diagnosis),
    ...diagnosis.causes.flatMap((cause, index) => checkCause(snapshot, diagnosis, { cause, path: `causes[${index}]` })),
    ...checkStatements(snapshot, diagnosis),
    ...checkTimes(snapshot, diagnosis),
    ...checkSummary(snapshot, diagnosis),
  ];
}

function checkPages(snapshot: Snapshot, diagnosis: Diagnosis): Refusal[] {
  return Object.entries(diagnosis.evidence).flatMap(([id, evidence]) => {
    const path = `evidence.${id}`;
    const failure = checkEvidence(snapshot, evidence);
    if (failure) return [{ path, reason: failure }];
    return evidenceId(evidence) === id ? [] : [{ path, reason: 'its id is not the hash of its content' }];
  });
}

interface CauseAt {
  readonly cause: Diagnosis['causes'][number];
  readonly path: string;
}

function checkCause(snapshot: Snapshot, diagnosis: Diagnosis, { cause, path }: CauseAt): Refusal[] {
  const refusals: Refusal[] = [];
  const { pieces, missing } = cited(diagnosis, [
    ...cause.supports,
    ...cause.contradicts,
    ...cause.chain.flatMap(({ evidence }) => evidence),
  ]);
  for (const id of missing) refusals.push({ path: `${path}.supports`, reason: `${id} is not in the evidence` });
  const supports = cited(diagnosis, cause.supports).pieces;
  const subjects = [cause.subject, ...cause.aliases, ...(cause.actor ? [cause.actor] : [])];
  for (const reason of checkClaim(snapshot, { statement: cause.statement, subjects, evidence: supports }))
    refusals.push({ path: `${path}.statement`, reason });
  if (!isShown(snapshot, cause.subject, pieces))
    refusals.push({ path: `${path}.subject`, reason: `no cited evidence is about ${formatSubject(cause.subject)}` });
  for (const alias of cause.aliases) {
    if (!isShown(snapshot, alias, pieces) && !snapshot.objects.find(alias))
      refusals.push({ path: `${path}.aliases`, reason: `${formatSubject(alias)} is neither read nor cited` });
  }
  if (cause.change !== null && !snapshot.changes.get(cause.change))
    refusals.push({ path: `${path}.change`, reason: `no change ${cause.change} is in the timeline` });
  for (const [index, link] of cause.chain.entries()) {
    // Asked as a path: what every workload needs (DNS, the scheduler) is an edge without being listed at each of them.
    const exists =
      (snapshot.topology.path(link.to, link.from, 1) ?? snapshot.topology.dependencies(link.to)).some(
        (edge) => edge.relation === link.relation && sameSubject(edge.to, link.from),
      ) ||
      // Lack of work and load travel the other way: from who calls to who is called.
      (travelsToNeeded(link.relation) &&
        snapshot.topology
          .dependencies(link.from)
          .some((edge) => edge.relation === link.relation && sameSubject(edge.to, link.to)));
    if (!exists)
      refusals.push({
        path: `${path}.chain[${index}]`,
        reason: `${formatSubject(link.to)} has no ${link.relation} edge to ${formatSubject(link.from)}`,
      });
  }
  return refusals;
}

// The faulty object must be what the evidence is about: itself, something it owns, or named in what was read.
function isShown(snapshot: Snapshot, subject: Subject, evidence: readonly Evidence[]): boolean {
  return evidence.some((piece) => {
    if (piece.subject && snapshot.owners.chain(piece.subject).some((step) => sameSubject(step, subject))) return true;
    if (piece.subject && sameSubject(piece.subject, subject)) return true;
    return containsName(piece.text, subject.name) || containsName(piece.query, subject.name);
  });
}

function containsName(text: string, name: string): boolean {
  const index = text.indexOf(name);
  if (index < 0) return false;
  const around = `${text[index - 1] ?? ' '}${text[index + name.length] ?? ' '}`;
  // `web` is not named by `web-2`: the characters around must not continue a name.
  return !/[A-Za-z0-9]|-/.test(around);
}

function checkStatements(snapshot: Snapshot, diagnosis: Diagnosis): Refusal[] {
  const causes = diagnosis.causes.flatMap(({ subject, aliases }) => [subject, ...aliases]);
  const said = [
    ...diagnosis.symptoms.map((symptom, index) => ({
      path: `symptoms[${index}]`,
      ...symptom,
      subjects: [symptom.subject],
    })),
    ...diagnosis.ruledOut.map((fact, index) => ({
      path: `ruledOut[${index}]`,
      ...fact,
      subjects: [...(fact.subject ? [fact.subject] : []), ...causes],
    })),
  ];
  return said.flatMap(({ path, statement, evidence, subjects, subject }) => {
    const { pieces, missing } = cited(diagnosis, evidence);
    const refusals = missing.map((id) => ({ path: `${path}.evidence`, reason: `${id} is not in the evidence` }));
    for (const reason of checkClaim(snapshot, { statement, subjects, evidence: pieces }))
      refusals.push({ path: `${path}.statement`, reason });
    if (path.startsWith('symptoms') && subject && !isShown(snapshot, subject, pieces))
      refusals.push({ path: `${path}.subject`, reason: `no cited evidence is about ${formatSubject(subject)}` });
    return refusals;
  });
}

function checkTimes(snapshot: Snapshot, diagnosis: Diagnosis): Refusal[] {
  const refusals: Refusal[] = [];
  for (const [index, change] of diagnosis.changes.entries()) {
    const known = snapshot.changes.get(change.id);
    if (!known) refusals.push({ path: `changes[${index}]`, reason: `no change ${change.id} is in the timeline` });
    else if (formatTime(known.time) !== change.time)
      refusals.push({
        path: `changes[${index}].time`,
        reason: `it happened at ${formatTime(known.time)}, not ${change.time}`,
      });
  }
  if (diagnosis.onset === null) return refusals;
  // The onset must be a moment something was seen, not one between.
  const known = knownTimes(snapshot, Object.values(diagnosis.evidence), diagnosis.causes);
  if (!known.has(diagnosis.onset))
    refusals.push({ path: 'onset', reason: `nothing cited happened at ${diagnosis.onset}` });
  return refusals;
}

// The summary's last sentences name times and alerted objects, which the onset and the chain answer for.
function checkSummary(snapshot: Snapshot, diagnosis: Diagnosis): Refusal[] {
  if (diagnosis.causes.length === 0) return [];
  const subjects = [
    ...diagnosis.causes.flatMap(({ subject, aliases }) => [subject, ...aliases]),
    ...diagnosis.symptoms.map(({ subject }) => subject),
  ];
  const sources = [
    ...Object.values(diagnosis.evidence).flatMap(({ text, query, time }) => [text, query, time ?? '']),
    ...subjects.map(formatSubject),
    ...snapshot.alerts.flatMap(({ labels }) => Object.values(labels)),
    diagnosis.onset ?? '',
  ];
  return ungrounded(diagnosis.summary, sources).map((literal) => ({
    path: 'summary',
    reason: `"${literal}" is not in the cited evidence`,
  }));
}

function cited(diagnosis: Diagnosis, ids: readonly string[]): { pieces: Evidence[]; missing: string[] } {
  const pieces: Evidence[] = [];
  const missing: string[] = [];
  for (const id of new Set(ids)) {
    const piece = diagnosis.evidence[id];
    if (piece) pieces.push(piece);
    else missing.push(id);
  }
  return { pieces, missing };
}
