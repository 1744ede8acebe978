const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** The zone a case is printed in. */
export interface Zone {
  readonly hours: number;
}

/** RFC 1123 with numeric zone, as describe prints times. */
export function longTime(text: string | null | undefined, { hours }: Zone): string {
  const time = Date.parse(text ?? '');
  if (Number.isNaN(time)) return '<unset>';
  const local = new Date(time + hours * 3_600_000);
  const two = (value: number): string => String(value).padStart(2, '0');
  const sign = hours < 0 ? '-' : '+';
  return `${DAYS[local.getUTCDay()]}, ${two(local.getUTCDate())} ${MONTHS[local.getUTCMonth()]} ${local.getUTCFullYear()} ${two(local.getUTCHours())}:${two(local.getUTCMinutes())}:${two(local.getUTCSeconds())} ${sign}${two(Math.abs(hours))}00`;
}

/** `2025-12-25 23:34:45`: local time without a zone, as tables and alerts have it. */
export function localStamp(time: number, { hours }: Zone): string {
  return new Date(time + hours * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');
}

/** An age as kubectl shortens it: `91s`, `5m12s`, `3h4m`, `24d`. */
export function age(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  if (seconds < 120) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 10) return `${minutes}m${seconds % 60 > 0 ? `${seconds % 60}s` : ''}`;
  if (minutes < 180) return `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  if (hours < 8) return `${hours}h${minutes % 60 > 0 ? `${minutes % 60}m` : ''}`;
  return hours < 48 ? `${hours}h` : `${Math.floor(hours / 24)}d`;
}
