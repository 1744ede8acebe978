import { DAY, type Millis, parseTime } from '@headwater/core/time.ts';

/** A line with the time that stood before it, as `kubectl logs --timestamps` writes it. */
export interface TimedText {
  readonly time: Millis | null;
  readonly text: string;
}

/** Takes an RFC 3339 time and one space off the start of a line; the rest keeps its own indentation. */
export function splitPrefix(line: string): TimedText {
  const space = line.indexOf(' ');
  // 20 to 35 characters: seconds in UTC up to nanoseconds with an offset.
  if (space < 20 || space > 35 || line[4] !== '-') {
    // An empty line under --timestamps is the time alone.
    const time = space < 0 && line.length >= 20 && line.length <= 35 ? parseTime(line) : null;
    return time === null ? { time: null, text: line } : { time, text: '' };
  }
  const time = parseTime(line.slice(0, space));
  if (time === null) return { time, text: line };
  const text = line.slice(space + 1);
  return { time, text: PADDED_LEVEL.test(text) ? text.trimStart() : text };
}

// Loggers that align their levels (Spring, Rust's tracing) put a second space before a short one: no continuation.
const PADDED_LEVEL = /^ +(?:TRACE|DEBUG|INFO|WARN(?:ING)?|ERROR|FATAL)\b/;

type Reader = (text: string, now: Millis | null) => Millis | null;

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

// A time without a zone is read as UTC: containers run in UTC unless somebody mounted a zone file.
const DATE_TIME =
  /(\d{4})[-/](\d{2})[-/](\d{2})[T ](\d{2}:\d{2}:\d{2})(?:[.,](\d{1,9}))?( ?(?:Z|UTC|[+-]\d{2}:?\d{2}))?/;
const KLOG = /^[IWEFD](\d{2})(\d{2}) (\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?/;
const DAY_FIRST = /(\d{2})[ /-]([A-Z][a-z]{2})[ /-](\d{4})[ :](\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?( [+-]\d{4})?/;
// asctime, as Apache and PHP's built-in server write it.
const DAY_LAST = /[A-Z][a-z]{2} ([A-Z][a-z]{2}) {1,2}(\d{1,2}) (\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))? (\d{4})\b/;
const EPOCH = /\b(?:ts|time|timestamp|epochSecond)["']?\s*[=:]\s*["']?(\d{10,19})(?:\.(\d{1,9}))?\b/;
// A time further in than this belongs to the message, not to the line.
const HEAD = 120;

const READERS: readonly Reader[] = [
  (text) => {
    const match = DATE_TIME.exec(text);
    return match ? utc(`${match[1]}-${match[2]}-${match[3]}`, match[4], match[5], match[6]) : null;
  },
  (text, now) => {
    const match = KLOG.exec(text);
    return match && now !== null ? withinYear(match, now) : null;
  },
  (text) => {
    const match = DAY_FIRST.exec(text);
    const month = MONTHS.indexOf(match?.[2]?.toLowerCase() ?? '');
    if (!match || month < 0) return null;
    return utc(`${match[3]}-${String(month + 1).padStart(2, '0')}-${match[1]}`, match[4], match[5], match[6]);
  },
  (text) => {
    const match = DAY_LAST.exec(text);
    const month = MONTHS.indexOf(match?.[1]?.toLowerCase() ?? '');
    if (!match || month < 0) return null;
    const day = (match[2] ?? '').padStart(2, '0');
    return utc(`${match[5]}-${String(month + 1).padStart(2, '0')}-${day}`, match[3], match[4], undefined);
  },
  (text) => {
    const match = EPOCH.exec(text);
    return match ? epochMillis(`${match[1]}${match[2] === undefined ? '' : `.${match[2]}`}`) : null;
  },
];

/** Reads the times inside lines; remembers the form that matched last, since a program rarely changes its form. */
export class LineClock {
  readonly #now: Millis | null;
  #reader: Reader | undefined;

  /** `now` places times without a year (klog); without it they stay unread. */
  constructor(now: Millis | null) {
    this.#now = now;
  }

  read(text: string): Millis | null {
    const head = text.length > HEAD ? text.slice(0, HEAD) : text;
    const known = this.#reader?.(head, this.#now) ?? null;
    if (known !== null) return known;
    for (const reader of READERS) {
      const time = reader === this.#reader ? null : reader(head, this.#now);
      if (time === null) continue;
      this.#reader = reader;
      return time;
    }
    return null;
  }
}

/** Seconds, milliseconds, microseconds or nanoseconds since the epoch, told apart by size; null outside 2001 to 2286. */
export function epochMillis(value: string | number): Millis | null {
  const number = Number(value);
  for (const scale of [1_000, 1, 1e-3, 1e-6]) {
    const millis = number * scale;
    if (millis >= 1e12 && millis < 1e13) return Math.floor(millis);
  }
  return null;
}

function utc(
  date: string,
  clock: string | undefined,
  fraction: string | undefined,
  zone: string | undefined,
): Millis | null {
  const offset = (zone ?? 'Z')
    .trim()
    .replace('UTC', 'Z')
    .replace(/^([+-]\d{2}):?(\d{2})$/, '$1:$2');
  return parseTime(`${date}T${clock}${fraction === undefined ? '' : `.${fraction}`}${offset}`);
}

function withinYear(match: RegExpExecArray, now: Millis): Millis | null {
  const year = new Date(now).getUTCFullYear();
  const at = (candidate: number): Millis | null => utc(`${candidate}-${match[1]}-${match[2]}`, match[3], match[4], 'Z');
  const time = at(year);
  // A day of slack for a zone; what would lie further ahead was written last year.
  return time !== null && time > now + DAY ? at(year - 1) : time;
}
