/** The share of items that hold, rounded to four digits; 0 of nothing. */
export function shareOf<T>(items: readonly T[], holds: (item: T) => boolean): number {
  return items.length === 0 ? 0 : rounded(items.filter(holds).length / items.length);
}

/** The value below which `q` (0 to 1) of the values lie; 0 of nothing. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? 0;
}

/** The middle value; 0 of nothing. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The mean; 0 of nothing. */
export function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Four digits are what a few thousand cases can tell. */
export function rounded(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}
