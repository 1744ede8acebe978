export type Labels = Readonly<Record<string, string>>;

export interface LabelRequirement {
  readonly key?: string | null | undefined;
  readonly operator?: string | null | undefined;
  readonly values?: readonly string[] | null | undefined;
}

/** A LabelSelector as Kubernetes objects carry it; absent and empty differ by kind, so callers decide that case. */
export interface LabelSelector {
  readonly matchLabels?: Labels | null | undefined;
  readonly matchExpressions?: readonly LabelRequirement[] | null | undefined;
}

/** Whether labels satisfy one requirement; numeric Gt and Lt as node selectors use them. Unknown operators never match. */
export function matchesRequirement(labels: Labels, requirement: LabelRequirement): boolean {
  const value = requirement.key ? labels[requirement.key] : undefined;
  const values = requirement.values ?? [];
  switch (requirement.operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    case 'Gt':
      return value !== undefined && Number(value) > Number(values[0]);
    case 'Lt':
      return value !== undefined && Number(value) < Number(values[0]);
    default:
      return false;
  }
}

/** Whether labels contain every pair of the map; an empty map matches everything. */
export function matchesLabels(labels: Labels, wanted: Labels): boolean {
  for (const key in wanted) if (labels[key] !== wanted[key]) return false;
  return true;
}

/** Whether labels satisfy a LabelSelector; an empty selector matches everything. */
export function matchesSelector(labels: Labels, selector: LabelSelector): boolean {
  if (selector.matchLabels && !matchesLabels(labels, selector.matchLabels)) return false;
  return (selector.matchExpressions ?? []).every((requirement) => matchesRequirement(labels, requirement));
}

/** A selector as kubectl writes it: `app=web,tier in (a,b),!legacy`. */
export function formatSelector(selector: LabelSelector): string {
  const parts = Object.entries(selector.matchLabels ?? {}).map(([key, value]) => `${key}=${value}`);
  for (const { key, operator, values } of selector.matchExpressions ?? []) {
    if (operator === 'Exists') parts.push(`${key}`);
    else if (operator === 'DoesNotExist') parts.push(`!${key}`);
    else parts.push(`${key} ${operator?.toLowerCase()} (${(values ?? []).join(',')})`);
  }
  return parts.join(',');
}
