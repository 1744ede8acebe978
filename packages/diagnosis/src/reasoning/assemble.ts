import type { Cause, DiagnosedChange, Diagnosis, RuledOut, Symptom } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { compareText, formatSubject, sameSubject, type Subject, subjectKey } from '@headwater/core/subject.ts';
import { DAY, formatDuration, formatTime } from '@headwater/core/time.ts';
import { checkClaim } from '../checker/claims.ts';
import { subjectOf } from '../snapshot/objects.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { causalChain } from './chain.ts';
import type { EvidenceBook } from './evidence-book.ts';
import { evidenceOf } from './hypothesis.ts';
import { bandOf, basisOf } from './narrate.ts';
import type { Ranked } from './rank.ts';
import { componentKey } from './reach.ts';
import { alertTargets, relevantAlerts } from './targets.ts';

const MAX_ALIASES = 12;
const MAX_CHANGES = 20;

/** One reported cause. */
export function causeOf(snapshot: Snapshot, entry: Ranked, book: EvidenceBook): Cause {
  const { hypothesis } = entry;
  const { lead, findings } = hypothesis;
  const score = Math.round(entry.score * 100) / 100;
  return {
    subject: hypothesis.subject,
    aliases: aliasesOf(snapshot, entry),
    category: hypothesis.category,
    statement: lead.statement,
    confidence: { band: bandOf(score), score, basis: basisOf(entry) },
    actor: findings.find(({ actor }) => actor)?.actor ?? null,
    change: findings.find(({ change }) => change)?.change ?? null,
    chain: causalChain(snapshot, entry, book),
    supports: book.enter(evidenceOf(hypothesis)),
    contradicts: book.enter(findings.flatMap(({ contradicts }) => contradicts ?? [])),
    findings: [...new Set(findings.map(({ code }) => code))].sort(),
  };
}

function aliasesOf(snapshot: Snapshot, { hypothesis }: Ranked): Subject[] {
  const stated = hypothesis.findings.flatMap((finding) => [finding.subject, ...(finding.aliases ?? [])]);
  const owned = snapshot.owners.pods(hypothesis.subject).flatMap((pod) => snapshot.owners.chain(subjectOf(pod)));
  const services = snapshot.topology
    .dependents(hypothesis.subject)
    .filter(({ relation }) => relation === 'selects')
    .map(({ from }) => from);
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

/** Changes before the onset, nearest first, with what each has to do with the causes; those of namespaces the incident does not touch are left out. */
export function changesOf(snapshot: Snapshot, causes: readonly Ranked[], onset: number | null): DiagnosedChange[] {
  const end = onset ?? snapshot.now;
  const touched = touchedNamespaces(snapshot, causes);
  const before = snapshot.changes.all.filter(
    ({ time, subject }) =>
      time <= end && time >= end - DAY && (concerns(subject, touched) || isReached(snapshot, subject, causes)),
  );
  before.sort((left, right) => right.time - left.time || compareText(left.id, right.id));
  return before.slice(0, MAX_CHANGES).map((change) => ({
    id: change.id,
    time: formatTime(change.time),
    ...(change.subject ? { subject: change.subject } : {}),
    title: change.title,
    ...(change.diff.length > 0
      ? {
          diff: change.diff.map(({ path, before: old, after }) => ({
            path,
            ...(old === undefined ? {} : { before: old }),
            ...(after === undefined ? {} : { after }),
          })),
        }
      : {}),
    relevance: relevanceOf(snapshot, change.subject, causes, `${formatDuration(end - change.time)} before the onset`),
  }));
}

// In a cluster that many share, what others deployed in the same hour is noise.
function touchedNamespaces(snapshot: Snapshot, causes: readonly Ranked[]): ReadonlySet<string> {
  const touched = new Set(snapshot.namespaces ?? []);
  const subjects = [
    ...causes.flatMap(({ hypothesis }) => [hypothesis.subject, hypothesis.lead.subject]),
    ...relevantAlerts(snapshot).flatMap((alert) => alertTargets(snapshot, alert).map(({ subject }) => subject)),
  ];
  for (const { namespace } of subjects) if (namespace) touched.add(namespace);
  return touched;
}

// Nodes, webhooks and CRDs have no namespace and concern everybody; so does everything when nobody knows where to look.
function concerns(subject: Subject | undefined, touched: ReadonlySet<string>): boolean {
  return (
    touched.size === 0 || !subject?.namespace || subject.namespace === 'kube-system' || touched.has(subject.namespace)
  );
}

function isReached(snapshot: Snapshot, subject: Subject | undefined, causes: readonly Ranked[]): boolean {
  return subject !== undefined && causes.some(({ reach }) => reach.has(componentKey(snapshot, subject)));
}

function relevanceOf(
  snapshot: Snapshot,
  subject: Subject | undefined,
  causes: readonly Ranked[],
  when: string,
): string {
  if (!subject) return when;
  const key = componentKey(snapshot, subject);
  for (const { hypothesis, reach } of causes) {
    const hops = reach.get(key);
    if (sameSubject(snapshot.owners.root(subject), hypothesis.subject)) return `${when}, on the cause itself`;
    if (hops !== undefined) return `${when}, on ${formatSubject(subject)}, which the cause affects`;
  }
  return `${when}, on no path to the alerted objects`;
}

/** Fingerprints of alerts that no reported cause accounts for. */
export function unexplainedOf(snapshot: Snapshot, verdict: Diagnosis['verdict'], causes: readonly Ranked[]): string[] {
  if (verdict === 'no-fault') return [];
  return relevantAlerts(snapshot)
    .filter((alert) => {
      const keys = alertTargets(snapshot, alert).map(({ subject }) => componentKey(snapshot, subject));
      return !causes.some(({ reach }) => keys.some((key) => reach.has(key)));
    })
    .map(({ fingerprint }) => fingerprint)
    .sort();
}
