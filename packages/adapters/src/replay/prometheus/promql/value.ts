export type Labels = Readonly<Record<string, string>>;

/** One element of an instant vector. */
export interface Sample {
  readonly labels: Labels;
  readonly value: number;
}

/** One element of a range vector; points as [milliseconds, value], within the range. */
export interface RangeSeries {
  readonly labels: Labels;
  readonly points: readonly (readonly [number, number])[];
}

export type Value =
  | { readonly type: 'scalar'; readonly value: number }
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'vector'; readonly samples: readonly Sample[] }
  /** The range asked for, ending at `end`, both in milliseconds. */
  | { readonly type: 'matrix'; readonly series: readonly RangeSeries[]; readonly start: number; readonly end: number };

/** Labels without some names; functions and operators drop the metric name. */
export function withoutLabels(labels: Labels, names: readonly string[]): Labels {
  return Object.fromEntries(Object.entries(labels).filter(([name]) => !names.includes(name)));
}

/** Labels with only some names. */
export function onlyLabels(labels: Labels, names: readonly string[]): Labels {
  return Object.fromEntries(Object.entries(labels).filter(([name]) => names.includes(name)));
}

/** A text equal for equal label sets. */
export function labelKey(labels: Labels): string {
  return JSON.stringify(Object.entries(labels).sort(([left], [right]) => (left < right ? -1 : 1)));
}
