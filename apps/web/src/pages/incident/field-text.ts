export interface FieldText {
  readonly object: string;
  readonly path: string;
  readonly value: string;
}

// `Pod shop/web-1: status.phase = Failed`, as the engine writes what it read from a field.
const FIELD = /^([A-Z]\w* [^\s:]+): (\S+) = ([\s\S]*)$/;

// What tells most about a container's end; the rest follows in its own order.
const FIRST = ['reason', 'message', 'exitCode', 'signal'];

/** Evidence from a field in its three parts; null for any other text. */
export function fieldText(text: string): FieldText | null {
  const [, object, path, value] = FIELD.exec(text) ?? [];
  return object === undefined || path === undefined || value === undefined
    ? null
    : { object, path, value: legible(value) };
}

/** A flat object as `reason OOMKilled · exitCode 137`; everything else as it is. */
function legible(value: string): string {
  const entries = flatEntries(value);
  if (!entries) return value;
  const rank = ([key]: [string, unknown]): number =>
    FIRST.includes(key) ? FIRST.indexOf(key) : FIRST.length + (key === 'containerID' ? 1 : 0);
  return entries
    .sort((left, right) => rank(left) - rank(right))
    .map(([key, held]) => `${key} ${String(held)}`)
    .join(' · ');
}

function flatEntries(value: string): [string, unknown][] | null {
  if (!value.startsWith('{')) return null;
  try {
    const entries = Object.entries(JSON.parse(value) as Record<string, unknown>);
    return entries.length > 0 && entries.every(([, held]) => typeof held !== 'object') ? entries : null;
  } catch {
    return null;
  }
}
