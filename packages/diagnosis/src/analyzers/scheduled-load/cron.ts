import type { Millis } from '@headwater/core/time.ts';

/** The minutes, hours, days, months and weekdays a cron schedule fires at, in UTC. */
export interface Cron {
  matches(time: Millis): boolean;
}

const FIELDS = [
  { min: 0, max: 59 },
  { min: 0, max: 23 },
  { min: 1, max: 31 },
  { min: 1, max: 12 },
  { min: 0, max: 7 },
] as const;
const NICKNAMES: Readonly<Record<string, string>> = {
  '@hourly': '0 * * * *',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@weekly': '0 0 * * 0',
  '@monthly': '0 0 1 * *',
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
};
const NAMES = /jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|sun|mon|tue|wed|thu|fri|sat/gi;
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

/** Parses a five-field cron schedule or a nickname; null when it is malformed. */
export function parseCron(schedule: string): Cron | null {
  const text = NICKNAMES[schedule.trim()] ?? schedule.trim().replace(NAMES, (name) => String(MONTHS.indexOf(name.toLowerCase()) + 1 || DAYS.indexOf(name.toLowerCase())));
  const parts = text.split(/\s+/);
  if (parts.length !== 5) return null;
  const sets = parts.map((part, index) => parseField(part, FIELDS[index] ?? { min: 0, max: 0 }));
  const [minutes, hours, days, months, weekdays] = sets;
  if (!minutes || !hours || !days || !months || !weekdays) return null;
  const anyDay = parts[2] === '*';
  const anyWeekday = parts[4] === '*';
  return {
    matches: (time) => {
      const date = new Date(time);
      const weekday = date.getUTCDay();
      const onDay = days.has(date.getUTCDate());
      const onWeekday = weekdays.has(weekday) || (weekday === 0 && weekdays.has(7));
      // When both days are restricted, cron fires on either.
      const day = anyDay || anyWeekday ? (anyDay || onDay) && (anyWeekday || onWeekday) : onDay || onWeekday;
      return minutes.has(date.getUTCMinutes()) && hours.has(date.getUTCHours()) && months.has(date.getUTCMonth() + 1) && day;
    },
  };
}

function parseField(field: string, { min, max }: { min: number; max: number }): ReadonlySet<number> | null {
  const values = new Set<number>();
  for (const part of field.split(',')) {
    const match = /^(?:(\*|\?)|(\d+)(?:-(\d+))?)(?:\/(\d+))?$/.exec(part);
    if (!match) return null;
    const step = Number(match[4] ?? 1);
    const from = match[2] === undefined ? min : Number(match[2]);
    const to = match[3] !== undefined ? Number(match[3]) : match[2] !== undefined && match[4] === undefined ? from : max;
    if (step < 1 || from < min || to > max || from > to) return null;
    for (let value = from; value <= to; value += step) values.add(value);
  }
  return values;
}
