import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import type { FieldChange } from '../../changes/change.ts';
import { quote } from './log-hits.ts';

/** ` from A to B` of a changed field, as far as the evidence shows both; else empty. */
export function turnOf(evidence: readonly Evidence[], field: FieldChange | undefined): string {
  const before = field?.before === undefined ? '' : quote(evidence, field.before);
  const after = field?.after === undefined ? '' : quote(evidence, field.after);
  return before === '' || after === '' ? '' : ` from ${before} to ${after}`;
}
