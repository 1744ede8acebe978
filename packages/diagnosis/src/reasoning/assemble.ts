import type { Cause, Diagnosis, RuledOut, Symptom } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { type Subject, subjectKey } from '@headwater/core/subject.ts';
import { checkClaim } from '../checker/claims.ts';
import { isHeartbeat } from '../snapshot/heartbeats.ts';
import { subjectOf } from '../snapshot/objects.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { TargetExplained } from './causality/explanation.ts';
import { causalChain } from './chain.ts';
import { changedObject } from './diagnosed-changes.ts';
import type { EvidenceBook } from './evidence-book.ts';
import { evidenceOf } from './hypothesis.ts';
import { confidenceAt } from './confidence.ts';
import { basisOf } from './narrate.ts';
import type { Ranked } from './rank.ts';
import { relevantAlerts } from './targets.ts';
import { CAUSE_FLOOR } from './verdict.ts';
import { servicesSelecting } from '../topology/selection.ts';

const MAX_ALIASES = 12;

/** One reported cause with the chain to what it explains. */
export function causeOf(
  snapshot: Snapshot,
  { entry, explained, isHint }: { entry: Ranked; explained: readonly TargetExplained[]; isHint: boolean },
  book: EvidenceBook,
): Cause {
  const { hypothesis } = entry;
  const { lead, findings } = hypothesis;
  return {
    subject: hypothesis.subject,
    aliases: aliasesOf(snapshot, entry),
    category: hypothesis.category,
    statement: lead.statement,
    // What is no cause by the verdict is not surer than the least of causes.
    confidence: { ...confidenceAt(isHint ? Math.min(entry.score, CAUSE_FLOOR) : entry.score), basis: basisOf(entry) },
    actor: findings.find(({ actor }) => actor)?.actor ?? changedObject(snapshot, entry),
    change: findings.find(({ change }) => change)?.change ?? null,
    chain: causalChain(explained, book),
    supports: book.enter(evidenceOf(hypothesis)),
    contradicts: book.enter(findings.flatMap(({ contradicts }) => contradicts ?? [])),
    findings: [...new Set(findings.map(({ code }) => code))].sort(),
  };
}

function aliasesOf(snapshot: Snapshot, { hypothesis }: Ranked): Subject[] {
  const stated = hypothesis.findings.flatMap((finding) => [finding.subject, ...(finding.aliases ?? [])]);
  const owned = snapshot.owners.pods(hypothesis.subject).flatMap((pod) => snapshot.owners.chain(subjectOf(pod)));
  const services = servicesSelecting(snapshot.topology, hypothesis.subject);
  const unique = new Map([...stated, ...services, ...owned].map((subject) => [subjectKey(subject), subject]));
  unique.delete(subjectKey(hypothesis.subject));
  return [...unique.values()].slice(0, MAX_ALIASES);
}

/** Effects of the causes: findings they explain, and alerts on objects they reach. */
export function symptomsOf(
  snapshot: Snapshot,
  causes: readonly Ranked[],
  ranked: readonly Ranked[],
  book: EvidenceBook,
): Symptom[] {
  const explained = ranked.filter(
    ({ explainedBy }) => explainedBy && causes.some(({ hypothesis }) => hypothesis === explainedBy),
  );
  const symptoms = explained.map(
    ({ hypothesis }): Symptom => ({
      subject: hypothesis.subject,
      statement: hypothesis.lead.statement,
      evidence: book.enter(evidenceOf(hypothesis)),
    }),
  );
  return symptoms.slice(0, 25);
}

/** Tempting answers that were checked and set aside, each with the fact that says so. */
export function ruledOutOf(snapshot: Snapshot, causes: readonly Ranked[], book: EvidenceBook): RuledOut[] {
  const facts = causes.flatMap(({ hypothesis }) => hypothesis.findings.flatMap((finding) => finding.ruledOut ?? []));
  const unique = new Map(facts.map((fact) => [fact.statement, fact]));
  return [...unique.values()]
    .filter((fact) => {
      const named = causes.flatMap(({ hypothesis }) => [hypothesis.subject, hypothesis.lead.subject]);
      return (
        checkClaim(snapshot, {
          statement: fact.statement,
          subjects: fact.subject ? [fact.subject, ...named] : named,
          evidence: fact.evidence,
        }).length === 0
      );
    })
    .map((fact) => ({
      ...(fact.subject ? { subject: fact.subject } : {}),
      ...(fact.category ? { category: fact.category } : {}),
      statement: fact.statement,
      evidence: book.enter(fact.evidence),
    }));
}

/** Fingerprints of alerts that no reported cause explains. */
export function unexplainedOf(
  snapshot: Snapshot,
  verdict: Diagnosis['verdict'],
  explained: ReadonlySet<string>,
): string[] {
  if (verdict === 'no-fault') return [];
  return relevantAlerts(snapshot)
    .filter((alert) => !explained.has(alert.fingerprint) && !isHeartbeat(alert))
    .map(({ fingerprint }) => fingerprint)
    .sort();
}
