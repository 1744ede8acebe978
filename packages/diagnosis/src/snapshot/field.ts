/**
 * Reads a field path such as `spec.replicas`, `status.containerStatuses[name=app].state` or `data['app.yaml']`.
 * `[name=app]` picks the first list item with that value; undefined when any step is missing.
 */
export function readField(root: unknown, path: string): unknown {
  let value: unknown = root;
  for (const step of parsePath(path)) {
    if (value === null || value === undefined || typeof value !== 'object') return undefined;
    if (step.match) value = findItem(value, step.match);
    else value = (value as Record<string, unknown>)[step.key];
  }
  return value;
}

interface Step {
  readonly key: string;
  readonly match?: { readonly field: string; readonly value: string };
}

// Analyzers read the same few paths of every object.
const MAX_KNOWN = 4_096;
const known = new Map<string, readonly Step[]>();

function parsePath(path: string): readonly Step[] {
  const before = known.get(path);
  if (before) return before;
  if (known.size >= MAX_KNOWN) known.clear();
  const steps = stepsOf(path);
  known.set(path, steps);
  return steps;
}

function stepsOf(path: string): readonly Step[] {
  const steps: Step[] = [];
  for (const [, name, quoted, field, wanted, position] of path.matchAll(
    /(?:^|\.)([^.[\]]+)|\['([^']*)'\]|\[([^=\]']+)=([^\]]*)\]|\[(\d+)\]/g,
  )) {
    if (field !== undefined && wanted !== undefined) steps.push({ key: '', match: { field, value: wanted } });
    else steps.push({ key: name ?? quoted ?? position ?? '' });
  }
  return steps;
}

function findItem(list: unknown, match: { field: string; value: string }): unknown {
  if (!Array.isArray(list)) return undefined;
  return list.find(
    (item) =>
      item !== null &&
      typeof item === 'object' &&
      String((item as Record<string, unknown>)[match.field]) === match.value,
  );
}
