import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { canonicalJson } from '@headwater/core/ids.ts';
import { formatSubject, type Subject } from '@headwater/core/subject.ts';
import { rereadEvidence } from '../evidence/reread.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { ungrounded } from './grounding.ts';

/** A statement about subjects with the evidence it cites. */
export interface Claim {
  readonly statement: string;
  readonly subjects: readonly Subject[];
  readonly evidence: readonly Evidence[];
}

/**
 * Why a claim does not hold against the snapshot; empty when it holds. It holds when every cited piece of evidence reads
 * the same again, and every literal and number of the statement is shown by that evidence or names one of its subjects.
 */
export function checkClaim(snapshot: Snapshot, claim: Claim): string[] {
  const failures: string[] = [];
  if (claim.evidence.length === 0) failures.push('cites no evidence');
  for (const evidence of claim.evidence) {
    const failure = checkEvidence(snapshot, evidence);
    if (failure) failures.push(failure);
  }
  const sources = [...claim.evidence.flatMap(sourcesOf), ...claim.subjects.map(formatSubject)];
  for (const literal of ungrounded(claim.statement, sources))
    failures.push(`"${literal}" is not in the cited evidence`);
  return failures;
}

/** Why one piece of evidence is not what the snapshot shows; null when it reads the same again. */
export function checkEvidence(snapshot: Snapshot, evidence: Evidence): string | null {
  const actual = rereadEvidence(snapshot, evidence);
  if (!actual) return `nothing in the snapshot is at ${evidence.query}`;
  if (isSame(actual, evidence) || canonicalJson(actual) === canonicalJson(evidence)) return null;
  return `the snapshot shows "${actual.text}" at ${evidence.query}, not "${evidence.text}"`;
}

// Nearly everything reads the same again, which is told without writing it out; false may also mean a difference JSON does not show.
function isSame(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (left === null || right === null || typeof left !== 'object' || typeof right !== 'object') return false;
  const keys = Object.keys(left) as (keyof typeof left)[];
  if (Array.isArray(left) !== Array.isArray(right) || keys.length !== Object.keys(right).length) return false;
  return keys.every((key) => Object.hasOwn(right, key) && isSame(left[key], right[key]));
}

function sourcesOf(evidence: Evidence): string[] {
  return [evidence.text, evidence.query, evidence.time ?? '', evidence.subject ? formatSubject(evidence.subject) : ''];
}
