import { DIAGNOSIS_SCHEMA, type Diagnosis, type RuledOut } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { compareText } from '@headwater/core/subject.ts';
import { messageOf } from '@headwater/core/errors.ts';
import { formatTime } from '@headwater/core/time.ts';
import { ANALYZERS } from '../analyzers/registry.gen.ts';
import { checkClaim } from '../checker/claims.ts';
import { knownTimes } from '../checker/known-times.ts';
import type { Analyzer, Finding } from '../finding.ts';
import { incidentOnset } from '../metrics/incident-onset.ts';
import type { SnapshotInput } from '../snapshot/input.ts';
import { buildSnapshot, type Snapshot } from '../snapshot/snapshot.ts';
import { causeOf, ruledOutOf, symptomsOf, unexplainedOf } from './assemble.ts';
import { changesOf } from './diagnosed-changes.ts';
import { citedAlerts } from './causality/explanation.ts';
import { type EvidenceBook, openEvidenceBook } from './evidence-book.ts';
import { gapsOf } from './gaps.ts';
import { summarise } from './narrate.ts';
import type { Ranked } from './rank.ts';
import { isIdle, type Reasoning, reasonOver } from './reason.ts';

export interface DiagnoseOptions {
  readonly version: string;
  /** Analyzers beside the built-in ones, such as a team's rules. */
  readonly analyzers?: readonly Analyzer[];
}

/** What the analyzers found, after the claim checker. */
export interface Findings {
  readonly findings: readonly Finding[];
  /** Analyzers that threw and claims that were dropped, in words. */
  readonly failures: readonly string[];
}

/**
 * The root cause of what an input shows, with its proof. Pure and deterministic: equal input, equal bytes; `engine.ms` is 0
 * because the engine has no clock, whoever runs it against a live cluster may set it.
 */
export function diagnose(input: SnapshotInput, options: DiagnoseOptions): Diagnosis {
  return diagnoseSnapshot(buildSnapshot(input), options);
}

/** As `diagnose`, on a snapshot that is already indexed. */
export function diagnoseSnapshot(snapshot: Snapshot, options: DiagnoseOptions): Diagnosis {
  return concludeFrom(snapshot, options, collectFindings(snapshot, options));
}

/** As `diagnoseSnapshot`, pausing between the analyzers, so that a busy thread can answer others meanwhile. */
export function* diagnosisSteps(snapshot: Snapshot, options: DiagnoseOptions): Generator<void, Diagnosis, void> {
  const collected = nothingYet();
  for (const analyzer of analyzersOf(options)) {
    collect(snapshot, analyzer, collected);
    yield;
  }
  return concludeFrom(snapshot, options, collected);
}

function concludeFrom(snapshot: Snapshot, options: DiagnoseOptions, { findings, failures }: Findings): Diagnosis {
  return conclude(snapshot, options, { failures, reasoning: reasonOver(snapshot, findings) });
}

/** The diagnosis that a reasoning over findings comes to. */
export function conclude(
  snapshot: Snapshot,
  { version }: DiagnoseOptions,
  { failures, reasoning }: { failures: readonly string[]; reasoning: Reasoning },
): Diagnosis {
  const { targets, ranked, judgement, unhealthy, explanation } = reasoning;
  const book = openEvidenceBook();
  const isHint = judgement.verdict === 'insufficient-evidence';
  const causes = judgement.causes.map((entry, index) =>
    causeOf(snapshot, { entry, explained: explanation.byCause[index] ?? [], isHint }, book),
  );
  const onset = onsetOf(snapshot, judgement.causes, knownTimes(snapshot, book.pieces(), causes));
  return {
    schema: DIAGNOSIS_SCHEMA,
    verdict: judgement.verdict,
    summary: summarise(judgement, { onset, targets, unhealthy, sources: snapshot.sources }),
    onset: judgement.verdict === 'no-fault' || onset === null ? null : formatTime(onset),
    causes,
    symptoms: [
      ...symptomsOf(snapshot, judgement.causes, ranked, book),
      ...(causes.length === 0
        ? unhealthy()
            .slice(0, 10)
            .map(({ subject, statement, evidence }) => ({ subject, statement, evidence: book.enter(evidence) }))
        : []),
    ],
    unexplained: unexplainedOf(snapshot, judgement.verdict, new Set([...explanation.alerts, ...idleAlerts(ranked)])),
    ruledOut: [
      ...ruledOutOf(snapshot, judgement.causes, book),
      ...ranked.filter(isIdle).map((entry) => idleFact(entry, book)),
    ],
    gaps: gapsOf(snapshot, failures),
    changes: judgement.verdict === 'no-fault' ? [] : changesOf(snapshot, judgement.causes, onset),
    remediation: uniqueRemediation(judgement.causes),
    evidence: book.pages(),
    engine: { version, ms: 0, objects: snapshot.objects.count, analyzers: ANALYZERS.length },
  };
}

function idleAlerts(ranked: readonly Ranked[]): readonly string[] {
  return ranked.filter(isIdle).flatMap(({ hypothesis }) => citedAlerts(hypothesis));
}

function idleFact({ hypothesis }: Ranked, book: EvidenceBook): RuledOut {
  const { subject, category, lead } = hypothesis;
  return { subject, category, statement: lead.statement, evidence: book.enter(lead.evidence) };
}

/** Runs every analyzer; one that throws costs its findings and is named, never the diagnosis. */
export function collectFindings(snapshot: Snapshot, options: Pick<DiagnoseOptions, 'analyzers'> = {}): Findings {
  const collected = nothingYet();
  for (const analyzer of analyzersOf(options)) collect(snapshot, analyzer, collected);
  return collected;
}

interface Collected extends Findings {
  readonly findings: Finding[];
  readonly failures: string[];
}

function nothingYet(): Collected {
  return { findings: [], failures: [] };
}

function analyzersOf({ analyzers = [] }: Pick<DiagnoseOptions, 'analyzers'>): readonly Analyzer[] {
  return [...ANALYZERS, ...analyzers];
}

function collect(snapshot: Snapshot, analyzer: Analyzer, { findings, failures }: Collected): void {
  try {
    const found = analyzer.analyze(snapshot);
    if (found.length === 0) return;
    const checked = found.map((finding) => ({ finding, wrong: refusals(snapshot, finding) }));
    for (const { finding, wrong } of checked) {
      if (wrong.length === 0) findings.push(finding);
      else failures.push(`A claim of analyzer ${analyzer.name} (${finding.code}) was dropped: ${wrong.join('; ')}`);
    }
  } catch (error) {
    failures.push(`Analyzer ${analyzer.name} failed: ${messageOf(error)}`);
  }
}

function refusals(snapshot: Snapshot, finding: Finding): string[] {
  return checkClaim(snapshot, {
    statement: finding.statement,
    subjects: subjectsOf(finding),
    evidence: finding.evidence,
  });
}

function subjectsOf(finding: Finding): Finding['subject'][] {
  return [
    finding.subject,
    ...(finding.aliases ?? []),
    ...(finding.affects ?? []),
    ...(finding.blames ?? []),
    ...(finding.actor ? [finding.actor] : []),
  ];
}

// A crash loop's evidence shows its last crash and an alert starts only after its `for`: the earlier of both is nearer the truth.
// Only a moment the reader can see something at is told.
function onsetOf(
  snapshot: Snapshot,
  causes: readonly Ranked[],
  known: Pick<ReadonlySet<string>, 'has'>,
): number | null {
  const [first] = causes;
  const since = (first?.hypothesis.findings ?? []).flatMap((finding) => (finding.since ? [finding.since] : []));
  const accounted = new Set((first?.accounts ?? []).map(({ target }) => target.alert));
  const explained = snapshot.alerts.filter(
    ({ status, fingerprint }) => status === 'firing' && (accounted.size === 0 || accounted.has(fingerprint)),
  );
  // An alert starts later than what it reports, by its rule's `for`: its own series knows better.
  const measured = explained.length > 0 ? incidentOnset(snapshot) : null;
  const times = [
    ...since,
    ...(measured?.ofAlert ? [measured.time] : []),
    ...explained.flatMap(({ startsAt }) => (startsAt === null ? [] : [startsAt])),
  ].sort((left, right) => left - right);
  return times.find((time) => known.has(formatTime(time))) ?? null;
}

function uniqueRemediation(causes: readonly Ranked[]): Diagnosis['remediation'] {
  const steps = causes.flatMap(({ hypothesis }) => hypothesis.findings.flatMap((finding) => finding.remediation ?? []));
  const unique = new Map(steps.map((step) => [`${step.action} ${step.statement}`, step]));
  return [...unique.values()]
    .slice(0, 8)
    .map((step) => ({ ...step, preconditions: [...step.preconditions].sort(compareText) }));
}
