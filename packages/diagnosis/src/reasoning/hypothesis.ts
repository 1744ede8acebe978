import type { Category } from '@headwater/contracts/diagnosis/categories.ts';
import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { compareText, type Subject, subjectKey } from '@headwater/core/subject.ts';
import type { Finding } from '../finding.ts';
import { LAYERS } from '../finding.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';

/** A candidate cause: the findings that say the same category of the same component. */
export interface Hypothesis {
  readonly key: string;
  /** The faulty object at the top of its owner chain. */
  readonly subject: Subject;
  readonly category: Category;
  /** Strongest first; the first one speaks for the hypothesis. */
  readonly findings: readonly Finding[];
  readonly lead: Finding;
}

/** Groups findings by component and category, in canonical order. */
export function formHypotheses(snapshot: Snapshot, findings: readonly Finding[]): readonly Hypothesis[] {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const key = `${subjectKey(snapshot.owners.root(finding.subject))}#${finding.category}`;
    const group = groups.get(key);
    if (group) group.push(finding);
    else groups.set(key, [finding]);
  }
  return [...groups.entries()]
    .sort(([left], [right]) => compareText(left, right))
    .flatMap(([key, group]) => {
      const sorted = [...group].sort(strongestFirst);
      const lead = sorted[0];
      return lead
        ? [{ key, subject: snapshot.owners.root(lead.subject), category: lead.category, findings: sorted, lead }]
        : [];
    });
}

/** All names under which a hypothesis's object is known: itself, aliases and what it directly breaks. */
export function footprint(hypothesis: Hypothesis): readonly Subject[] {
  return [
    hypothesis.subject,
    ...hypothesis.findings.flatMap((finding) => [
      finding.subject,
      ...(finding.aliases ?? []),
      ...(finding.affects ?? []),
    ]),
  ];
}

/** The position of a finding's layer, 0 the most fundamental. */
export function layerRank(finding: Finding): number {
  return LAYERS.indexOf(finding.layer);
}

/** The evidence of a hypothesis, each piece once. */
export function evidenceOf(hypothesis: Hypothesis): readonly Evidence[] {
  return [
    ...new Map(
      hypothesis.findings
        .flatMap((finding) => finding.evidence)
        .map((evidence) => [evidence.query + subjectKeyOf(evidence), evidence]),
    ).values(),
  ];
}

function subjectKeyOf(evidence: Evidence): string {
  return evidence.subject ? subjectKey(evidence.subject) : '';
}

function strongestFirst(left: Finding, right: Finding): number {
  return (
    right.strength - left.strength ||
    compareText(left.code, right.code) ||
    compareText(subjectKey(left.subject), subjectKey(right.subject)) ||
    compareText(left.statement, right.statement)
  );
}
