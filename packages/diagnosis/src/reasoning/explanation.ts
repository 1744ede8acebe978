import {
  type DiagnosisExplanation,
  type ExplainedAlert,
  type ExplainedHypothesis,
  type ExplainedTerm,
  EXPLANATION_SCHEMA,
} from '@headwater/contracts/diagnosis/explanation.ts';
import { type Subject, subjectKey } from '@headwater/core/subject.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { causalChain } from './chain.ts';
import { collectFindings, conclude, type DiagnoseOptions } from './diagnose.ts';
import { openEvidenceBook } from './evidence-book.ts';
import type { Hypothesis } from './hypothesis.ts';
import { outcomeOf } from './outcome.ts';
import type { Ranked, ScoreTerm } from './rank.ts';
import { type Reasoning, reasonOver } from './reason.ts';
import { alertTargets, relevantAlerts } from './targets.ts';

/**
 * A diagnosis with how it came about: every hypothesis with its score by term, what became of it and why, and every alert with
 * the chain that explains it. Pure; the diagnosis is the one `diagnoseSnapshot` gives.
 */
export function explainDiagnosis(snapshot: Snapshot, options: DiagnoseOptions): DiagnosisExplanation {
  const { findings, failures } = collectFindings(snapshot, options);
  const reasoning = reasonOver(snapshot, findings);
  const places = new Map(reasoning.ranked.map(({ hypothesis }, index) => [hypothesis, index + 1]));
  return {
    schema: EXPLANATION_SCHEMA,
    diagnosis: conclude(snapshot, options, { failures, reasoning }),
    hypotheses: reasoning.ranked.map((entry) => describe(snapshot, entry, { reasoning, places })),
    alerts: alertsOf(snapshot, reasoning, places),
  };
}

type Places = ReadonlyMap<Hypothesis, number>;

function describe(
  snapshot: Snapshot,
  entry: Ranked,
  { reasoning, places }: { reasoning: Reasoning; places: Places },
): ExplainedHypothesis {
  const { subject, category, lead, findings } = entry.hypothesis;
  const { code, words, against, through } = outcomeOf(snapshot, entry, reasoning);
  return {
    place: places.get(entry.hypothesis) ?? 1,
    subject,
    category,
    statement: lead.statement,
    role: lead.role,
    layer: lead.layer,
    score: round(entry.score),
    terms: termsOf(entry.terms),
    findings: [...new Set(findings.map((finding) => finding.code))].sort(),
    accounts: nearestOf(entry),
    explains: entry.explains.flatMap((other) => places.get(other) ?? []).sort((left, right) => left - right),
    outcome: {
      code,
      words,
      against: (against && places.get(against.hypothesis)) ?? null,
      through: through.map(({ from, to, relation }) => ({ from: to, to: from, relation })),
    },
  };
}

function termsOf(terms: readonly ScoreTerm[]): ExplainedTerm[] {
  let score = 0;
  return terms.map(({ name, kind, value, words }) => {
    if (kind === 'times') score *= value;
    else score = kind === 'cap' ? Math.min(score, value) : score + value;
    return { name, kind, value: round(value), score: round(score), words };
  });
}

// Several alerts may name one object; it is said once, by its nearest way.
function nearestOf({ accounts }: Ranked): { subject: Subject; hops: number }[] {
  const nearest = new Map<string, { subject: Subject; hops: number }>();
  for (const { target, hops } of accounts) {
    const key = subjectKey(target.subject);
    const known = nearest.get(key);
    if (!known || hops < known.hops) nearest.set(key, { subject: target.subject, hops });
  }
  return [...nearest.values()];
}

function alertsOf(snapshot: Snapshot, { judgement, explanation }: Reasoning, places: Places): ExplainedAlert[] {
  return relevantAlerts(snapshot).map((alert) => {
    const index = explanation.byCause.findIndex((explained) =>
      explained.some(({ target }) => target.alert === alert.fingerprint),
    );
    const own = (explanation.byCause[index] ?? []).filter(({ target }) => target.alert === alert.fingerprint);
    const cause = judgement.causes[index];
    return {
      fingerprint: alert.fingerprint,
      name: alert.labels['alertname'] ?? '',
      subjects: alertTargets(snapshot, alert).map(({ subject }) => subject),
      explainedBy: (cause && places.get(cause.hypothesis)) ?? null,
      chain: causalChain(own.slice(0, 1), openEvidenceBook()).map(({ from, to, relation, effect }) => ({
        from,
        to,
        relation,
        effect,
      })),
    };
  });
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
