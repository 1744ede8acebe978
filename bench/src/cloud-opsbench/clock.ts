import { formatTime } from '@headwater/core/time.ts';

const RFC1123 = /\d{1,2} [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d [+-]\d{4}/;

/** Go's RFC 1123 with numeric zone, as describe prints it, in RFC 3339; undefined when it is something else. */
export function describedTime(text: string | undefined): string | undefined {
  const match = text ? RFC1123.exec(text) : null;
  // With its zone in numbers, such a date means the same on every machine.
  const time = match ? Date.parse(match[0]) : Number.NaN;
  return Number.isNaN(time) ? undefined : formatTime(time);
}

/** The zone the describes were printed in, such as `+08:00`; collection timestamps carry none. */
export function zoneOf(texts: Iterable<string>): string {
  for (const text of texts) {
    const match = /\d{4} \d\d:\d\d:\d\d ([+-]\d\d)(\d\d)/.exec(text);
    if (match) return `${match[1]}:${match[2]}`;
  }
  return 'Z';
}

const UNIT_SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86400, y: 31_536_000 };

/** An age such as `2m6s` or `102d` in milliseconds. */
export function ageOf(text: string): number {
  let seconds = 0;
  let amount = 0;
  for (const character of text) {
    const digit = character.charCodeAt(0) - 48;
    const isDigit = digit >= 0 && digit <= 9;
    if (!isDigit) seconds += amount * (UNIT_SECONDS[character] ?? 0);
    amount = isDigit ? amount * 10 + digit : 0;
  }
  return seconds * 1000;
}
