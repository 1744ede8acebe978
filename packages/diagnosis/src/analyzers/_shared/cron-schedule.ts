import { DAY, HOUR, type Millis, MINUTE, parseDuration } from '@headwater/core/time.ts';

/** A parsed schedule: sets of allowed values, or a fixed interval (`@every 1h`). */
export type CronSchedule =
  | {
      readonly kind: 'fields';
      readonly minute: FieldSet;
      readonly hour: FieldSet;
      readonly day: FieldSet;
      readonly month: FieldSet;
      readonly weekday: FieldSet;
    }
  | { readonly kind: 'every'; readonly interval: number };

interface FieldSet {
  readonly values: ReadonlySet<number>;
  /** Whether it was written as `*`, which decides how day and weekday combine. */
  readonly any: boolean;
}

export type CronResult =
  | { readonly schedule: CronSchedule; readonly fault?: undefined }
  | { readonly fault: string; readonly schedule?: undefined };

interface FieldKind {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly names: readonly string[];
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const FIELDS: readonly FieldKind[] = [
  { name: 'minute', min: 0, max: 59, names: [] },
  { name: 'hour', min: 0, max: 23, names: [] },
  { name: 'day of month', min: 1, max: 31, names: [] },
  { name: 'month', min: 1, max: 12, names: MONTHS },
  { name: 'day of week', min: 0, max: 6, names: WEEKDAYS },
];
const DESCRIPTORS: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};

/** Parses a schedule as the CronJob controller does: five fields, names, lists, ranges, steps, and descriptors. */
export function parseCron(text: string): CronResult {
  const trimmed = text.trim();
  if (/^(CRON_)?TZ=/.test(trimmed)) return { fault: 'a time zone stands in the schedule instead of `spec.timeZone`' };
  if (trimmed.startsWith('@every ')) {
    const interval = parseDuration(trimmed.slice('@every '.length).trim());
    return interval && interval > 0
      ? { schedule: { kind: 'every', interval } }
      : { fault: 'its interval is not a duration' };
  }
  if (trimmed.startsWith('@')) {
    const meant = DESCRIPTORS[trimmed.toLowerCase()];
    return meant ? parseCron(meant) : { fault: `\`${trimmed}\` is no known descriptor` };
  }
  const parts = trimmed.split(/\s+/).filter(Boolean);
  if (parts.length !== FIELDS.length)
    return { fault: parts.length < FIELDS.length ? 'it has fewer than five fields' : 'it has more than five fields' };
  const sets: FieldSet[] = [];
  for (const [position, kind] of FIELDS.entries()) {
    const set = parseField(parts[position] ?? '', kind);
    if (typeof set === 'string') return { fault: set };
    sets.push(set);
  }
  const [minute, hour, day, month, weekday] = sets;
  if (!minute || !hour || !day || !month || !weekday) return { fault: 'it has fewer than five fields' };
  const schedule: CronSchedule = { kind: 'fields', minute, hour, day, month, weekday };
  return isPossible(day, month, weekday)
    ? { schedule }
    : { fault: 'no month it names has such a day, so it never fires' };
}

function parseField(text: string, kind: FieldKind): FieldSet | string {
  const values = new Set<number>();
  for (const part of text.split(',')) {
    const range = parseRange(part, kind);
    if (typeof range === 'string') return range;
    for (let value = range.from; value <= range.to; value += range.step) values.add(value);
  }
  return { values, any: /^[*?]/.test(text) };
}

function parseRange(part: string, kind: FieldKind): { from: number; to: number; step: number } | string {
  const wrong = (why: string): string => `the ${kind.name} field \`${part}\` ${why}`;
  const [range = '', step, ...more] = part.split('/');
  if (more.length > 0 || range === '') return wrong('is malformed');
  const every = step === undefined ? 1 : Number(step);
  if (!Number.isInteger(every) || every < 1) return wrong('has no valid step');
  if (range === '*' || range === '?') return { from: kind.min, to: kind.max, step: every };
  const [first = '', last, ...rest] = range.split('-');
  const from = valueOf(first, kind);
  const to = last === undefined ? (step === undefined ? from : kind.max) : valueOf(last, kind);
  if (rest.length > 0 || from === null || to === null) return wrong('is malformed');
  if (from < kind.min || to > kind.max) return wrong('is out of range');
  return from > to ? wrong('ends before it begins') : { from, to, step: every };
}

function valueOf(text: string, { names, min }: FieldKind): number | null {
  if (/^\d+$/.test(text)) return Number(text);
  const position = names.indexOf(text.toLowerCase());
  return position < 0 ? null : position + min;
}

const LONGEST = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

// Weekdays come in every month; only a day of month can be impossible.
function isPossible(day: FieldSet, month: FieldSet, weekday: FieldSet): boolean {
  if (!weekday.any && !day.any) return true;
  const earliest = Math.min(...day.values);
  return [...month.values].some((one) => (LONGEST[one - 1] ?? 31) >= earliest);
}

// A schedule that fires at all fires within four years; nobody waits longer for a leap day.
const FARTHEST = 4 * 366;

/** The last time a schedule should have fired at or before a moment, in a zone `offset` milliseconds ahead of UTC; null when it never does. */
export function lastRun(schedule: CronSchedule, at: Millis, offset = 0): Millis | null {
  if (schedule.kind === 'every') return null;
  const local = Math.floor((at + offset) / MINUTE) * MINUTE;
  const today = Math.floor(local / DAY) * DAY;
  for (let back = 0; back <= FARTHEST; back++) {
    const date = today - back * DAY;
    if (!runsOn(schedule, new Date(date))) continue;
    const time = lastTimeOf(schedule, back === 0 ? local - today : DAY - MINUTE);
    if (time !== null) return date + time - offset;
  }
  return null;
}

/** The time between the last two runs before a moment; null when it cannot be told. */
export function intervalOf(schedule: CronSchedule, at: Millis): number | null {
  if (schedule.kind === 'every') return schedule.interval;
  const last = lastRun(schedule, at);
  const before = last === null ? null : lastRun(schedule, last - MINUTE);
  return last === null || before === null ? null : last - before;
}

function runsOn({ day, month, weekday }: Extract<CronSchedule, { kind: 'fields' }>, date: Date): boolean {
  if (!month.values.has(date.getUTCMonth() + 1)) return false;
  const byDay = day.values.has(date.getUTCDate());
  const byWeekday = weekday.values.has(date.getUTCDay());
  return day.any || weekday.any ? byDay && byWeekday : byDay || byWeekday;
}

function lastTimeOf({ minute, hour }: Extract<CronSchedule, { kind: 'fields' }>, limit: number): number | null {
  for (let h = Math.floor(limit / HOUR); h >= 0; h--) {
    if (!hour.values.has(h)) continue;
    for (let m = 59; m >= 0; m--) {
      if (minute.values.has(m) && h * HOUR + m * MINUTE <= limit) return h * HOUR + m * MINUTE;
    }
  }
  return null;
}

/** How far a time zone is ahead of UTC at a moment, in milliseconds; null when no such zone exists. */
export function zoneOffset(zone: string, at: Millis): number | null {
  // The API server knows zones by their names only, not by offsets.
  if (!/^[A-Za-z][\w+-]*(\/[\w+-]+)*$/.test(zone) || zone.toLowerCase() === 'local') return null;
  try {
    const parts = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
    }).formatToParts(new Date(at));
    const of = (type: Intl.DateTimeFormatPartTypes): number =>
      Number(parts.find((part) => part.type === type)?.value ?? 0);
    return (
      Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute')) - Math.floor(at / MINUTE) * MINUTE
    );
  } catch {
    return null;
  }
}
