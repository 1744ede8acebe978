import type { Condition } from '@headwater/contracts/kube/common.ts';

/** The condition of a type when it is False; its reason and message say why. */
export function failedCondition(
  conditions: readonly Condition[] | null | undefined,
  type: string,
): Condition | undefined {
  return (conditions ?? []).find((condition) => condition.type === type && condition.status === 'False');
}

/** A condition's reason and message in words a statement can hold: reason as literal, message as it stands in the evidence. */
export function conditionWords({ reason, message }: Condition): string {
  const text = (message ?? '').replace(/\s+/g, ' ').replace(/`/g, '').trim();
  const said = text === '' || text.length > 160 ? '' : `: ${text}`;
  return `${reason ? `\`${reason}\`` : 'not given'}${said}`;
}
