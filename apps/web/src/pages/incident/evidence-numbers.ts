import type { Diagnosis } from '@headwater/contracts/diagnosis/diagnosis.ts';

/** Every cited piece of evidence with its number, in the order a reader meets it on the page. */
export function evidenceNumbers(diagnosis: Diagnosis): ReadonlyMap<string, number> {
  const order: string[] = [];
  for (const cause of diagnosis.causes) {
    order.push(...cause.supports, ...cause.contradicts, ...cause.chain.flatMap((link) => link.evidence));
  }
  for (const one of [...diagnosis.symptoms, ...diagnosis.ruledOut]) order.push(...one.evidence);
  return new Map([...new Set(order)].map((id, index) => [id, index + 1]));
}

/** What a piece of evidence speaks for and against, in the words of the claims that cite it. */
export interface Citation {
  readonly role: 'supports' | 'contradicts' | 'path' | 'symptom' | 'ruledOut';
  readonly statement: string;
}

export function citationsOf(diagnosis: Diagnosis, evidenceId: string): Citation[] {
  const found: Citation[] = [];
  for (const { statement, supports, contradicts, chain } of diagnosis.causes) {
    if (supports.includes(evidenceId)) found.push({ role: 'supports', statement });
    if (contradicts.includes(evidenceId)) found.push({ role: 'contradicts', statement });
    for (const link of chain) {
      if (link.evidence.includes(evidenceId)) found.push({ role: 'path', statement: link.effect });
    }
  }
  for (const { statement, evidence } of diagnosis.symptoms) {
    if (evidence.includes(evidenceId)) found.push({ role: 'symptom', statement });
  }
  for (const { statement, evidence } of diagnosis.ruledOut) {
    if (evidence.includes(evidenceId)) found.push({ role: 'ruledOut', statement });
  }
  return found;
}
