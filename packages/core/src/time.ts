/** Times inside Headwater are milliseconds since the epoch; RFC 3339 only at the edges. */
export type Millis = number;

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

// Anything but RFC 3339 stays unparsed: Date.parse accepts local formats whose meaning depends on the machine.
const RFC3339 = /^(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?(Z|z|[+-]\d{2}:\d{2})$/;

/** Parses RFC 3339 (up to nanoseconds, truncated to milliseconds); null for anything else and for Go's zero time. */
export function parseTime(text: unknown): Millis | null {
  if (typeof text !== 'string') return null;
  const usual = parseUsual(text);
  if (usual !== null) return usual;
  const match = RFC3339.exec(text);
  if (!match) return null;
  const [, date, clock, fraction, zone] = match;
  const millis = Date.parse(`${date}T${clock}.${(fraction ?? '').padEnd(3, '0').slice(0, 3)}${zone?.toUpperCase()}`);
  // Go marshals an unset time as year 1; it means "no time", not the year 1.
  return Number.isNaN(millis) || millis < -62_000_000_000_000 ? null : millis;
}

// `2026-03-01T10:00:00Z`, with or without a fraction, in UTC or not, is what API servers and loggers write, by the hundred thousand.
// Null for any other form.
function parseUsual(text: string): Millis | null {
  const isUtc = text.endsWith('Z');
  const end = text.length - (isUtc ? 1 : 6);
  if (
    end < 19 ||
    end > 29 ||
    end === 20 ||
    text[4] !== '-' ||
    text[7] !== '-' ||
    text[10] !== 'T' ||
    text[13] !== ':' ||
    text[16] !== ':' ||
    (end > 19 && text[19] !== '.')
  )
    return null;
  const offset = isUtc ? 0 : offsetAt(text, end);
  const year = digits(text, 0, 4);
  const month = digits(text, 5, 7);
  const day = digits(text, 8, 10);
  const hour = digits(text, 11, 13);
  const minute = digits(text, 14, 16);
  const second = digits(text, 17, 19);
  // A leap day is left to the full parser, as is every year that means "no time".
  if (!(year >= 1900 && day >= 1 && day <= (DAYS[month - 1] ?? 0))) return null;
  if (!(hour <= 23 && minute <= 59 && second <= 59)) return null;
  // Nanoseconds are cut to milliseconds, never rounded.
  const cut = Math.min(Math.max(end, 20), 23);
  const millis = digits(text, 20, cut) * (MILLIS[cut - 20] ?? 0);
  if (Number.isNaN(millis + digits(text, cut, end) + offset)) return null;
  return dayNumber(year, month, day) * DAY + hour * HOUR + minute * MINUTE + second * SECOND + millis - offset;
}

/** Days since 1970-01-01 of a date of the Gregorian calendar. Years are counted from March, so that a leap day ends one. */
function dayNumber(year: number, month: number, day: number): number {
  const from = month > 2 ? year : year - 1;
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
  const leapDays = Math.floor(from / 4) - Math.floor(from / 100) + Math.floor(from / 400);
  return from * 365 + leapDays + dayOfYear - 719_468;
}

/** What a zone such as `+08:00` adds to UTC, in milliseconds; not a number for anything else. */
function offsetAt(text: string, at: number): number {
  const sign = text[at] === '+' ? 1 : text[at] === '-' ? -1 : Number.NaN;
  const hours = digits(text, at + 1, at + 3);
  const minutes = digits(text, at + 4, at + 6);
  return text[at + 3] === ':' && hours <= 23 && minutes <= 59 ? sign * (hours * HOUR + minutes * MINUTE) : Number.NaN;
}

// By the number of digits they are written with.
const MILLIS = [0, 100, 10, 1];
const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function digits(text: string, from: number, to: number): number {
  let value = 0;
  for (let index = from; index < to; index++) {
    const digit = text.charCodeAt(index) - 48;
    if (!(digit >= 0 && digit <= 9)) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
}

/** RFC 3339 in UTC, without the fraction when it is zero. */
export function formatTime(millis: Millis): string {
  const time = new Date(millis);
  const year = time.getUTCFullYear();
  if (millis % SECOND !== 0 || !(year >= 1000 && year <= 9999)) return time.toISOString().replace('.000Z', 'Z');
  const date = `${year}-${two(time.getUTCMonth() + 1)}-${two(time.getUTCDate())}`;
  return `${date}T${two(time.getUTCHours())}:${two(time.getUTCMinutes())}:${two(time.getUTCSeconds())}Z`;
}

function two(number: number): string {
  return number < 10 ? `0${number}` : `${number}`;
}

/** A short human duration: `42s`, `7m`, `3h12m`, `5d`. */
export function formatDuration(millis: number): string {
  const total = Math.round(Math.abs(millis) / SECOND);
  if (total < 120) return `${total}s`;
  if (total < 120 * 60) return `${Math.floor(total / 60)}m`;
  const hours = Math.floor(total / 3600);
  if (hours >= 48) return `${Math.floor(hours / 24)}d`;
  const minutes = Math.floor((total % 3600) / 60);
  return minutes === 0 ? `${hours}h` : `${hours}h${minutes}m`;
}

const DURATION_UNITS: Readonly<Record<string, number>> = { ms: 1, s: SECOND, m: MINUTE, h: HOUR, d: DAY, w: 7 * DAY };

/** Parses `90s`, `5m`, `1h30m`, `2d` (Prometheus and Go units) into milliseconds; null when malformed. */
export function parseDuration(text: string): number | null {
  if (!/^(\d+(?:\.\d+)?(ms|[smhdw]))+$/.test(text)) return null;
  let total = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|[smhdw])/g)) {
    total += Number(amount) * (DURATION_UNITS[unit ?? ''] ?? 0);
  }
  return total;
}
