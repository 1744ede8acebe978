import { formatBytes, formatCores } from '@headwater/core/kube/quantity.ts';

/** What a signal's values are measured in; counters are already rates. */
export type Unit = 'seconds' | 'ratio' | 'per-second' | 'cores' | 'bytes' | 'bytes-per-second' | 'count';

/** A value with its unit as people read it, three significant digits: `64ms`, `97%`, `12.3/s`, `190m`, `1.5Gi`. */
export function formatMeasure(value: number, unit: Unit): string {
  switch (unit) {
    case 'seconds':
      return formatSeconds(value);
    case 'ratio':
      return `${significant(value * 100)}%`;
    case 'per-second':
      return `${significant(value)}/s`;
    case 'cores':
      return formatCores(Math.round(value * 1000) / 1000);
    case 'bytes':
      return formatBytes(value);
    case 'bytes-per-second':
      return `${formatBytes(value)}/s`;
    default:
      return `${significant(value)}`;
  }
}

/** How many times `after` is of `before`, as text; null when `before` is (nearly) nothing. */
export function formatTimes(before: number, after: number): string | null {
  const ratio = after / before;
  if (!Number.isFinite(ratio) || ratio <= 0 || ratio > 10_000) return null;
  return `${ratio >= 10 ? Math.round(ratio) : Number(ratio.toFixed(ratio < 1 ? 2 : 1))} times`;
}

/** Three significant digits without exponent; values below a millionth are nothing. */
export function significant(value: number): number {
  return Math.abs(value) < 1e-6 ? 0 : Math.abs(value) >= 1000 ? Math.round(value) : Number(value.toPrecision(3));
}

function formatSeconds(value: number): string {
  return Math.abs(value) < 1 ? `${significant(value * 1000)}ms` : `${significant(value)}s`;
}
