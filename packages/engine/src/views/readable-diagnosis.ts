import { scopeOf } from '@headwater/core/access/permissions.ts';
import type { VerbContext } from '../context.ts';
import type { DiagnosisRow } from '../ports/store/diagnoses.ts';
import { withholdDiagnosis } from './withhold.ts';

/** A diagnosis as the actor may read it. */
export interface DiagnosisView extends DiagnosisRow {
  /** Ids of evidence whose content is left out. */
  readonly withheld: readonly string[];
}

/** What the actor may read of a diagnosis. The difference to the one before quotes freely, so it goes as a whole. */
export function readableDiagnosis(ctx: Pick<VerbContext, 'actor'>, cluster: string, row: DiagnosisRow): DiagnosisView {
  const { body, withheld } = withholdDiagnosis(scopeOf(ctx.actor, 'incidents.read'), cluster, row.body);
  if (body === row.body) return { ...row, withheld };
  return { ...row, body, summary: body.summary, delta: null, withheld };
}
