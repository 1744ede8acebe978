import { type Millis, parseTime } from '@headwater/core/time.ts';
import { epochMillis } from './line-time.ts';

/** What a structured line says of itself. */
export interface JsonLine {
  readonly level: string | null;
  readonly message: string;
  /** The value that stands for its time, as the logger wrote it; undefined when there is none. */
  readonly time: unknown;
}

const LEVEL_KEYS = [
  'level',
  'severity',
  'lvl',
  'levelname',
  'log.level',
  'severity_text',
  'SeverityText',
  'Level',
  'LogLevel',
  '@l',
  's',
];
// What happened, then what it was about.
const MESSAGE_KEYS = [
  'message',
  'msg',
  'event',
  'log',
  'body',
  'Body',
  'Message',
  'MessageTemplate',
  '@m',
  '@mt',
  'short_message',
  'error',
  'err',
  'exception',
  'error.message',
  'reason',
  'cause',
  'Exception',
  '@x',
  'attr',
];
const TIME_KEYS = ['time', 'ts', 'timestamp', '@timestamp', 'Timestamp', '@t', 'datetime', 't', 'instant', 'date'];

interface Role {
  readonly of: 'level' | 'message' | 'time';
  /** The lower is asked first. */
  readonly rank: number;
}

// A line has a handful of fields and could have any of forty names: what it has is looked up, not the names tried.
const ROLES: ReadonlyMap<string, Role> = new Map(
  Object.entries({ level: LEVEL_KEYS, message: MESSAGE_KEYS, time: TIME_KEYS }).flatMap(([of, keys]) =>
    keys.map((key, rank) => [key, { of: of as Role['of'], rank }] as const),
  ),
);

// Parsing is linear, but a megabyte of JSON on one line is data, not a log record.
const MAX_PARSED = 16_384;

/** Reads a line that is one JSON object; null for anything else. */
export function parseJsonLine(text: string): JsonLine | null {
  const start = text.indexOf('{');
  if (start < 0 || start > 40 || text.length > MAX_PARSED || !text.trimEnd().endsWith('}')) return null;
  // Only a short plain prefix may stand before the object (`app | {...}`); otherwise it is a message that ends in JSON.
  if (start > 0 && !/^[\w.|:\s-]*$/.test(text.slice(0, start))) return null;
  const record = parse(start === 0 ? text : text.slice(start));
  return record ? readFields(record, text) : null;
}

function parse(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return value !== null && typeof value === 'object' && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}

function readFields(record: Record<string, unknown>, text: string): JsonLine {
  let level: string | null = null;
  let levelRank = Number.POSITIVE_INFINITY;
  let time: unknown;
  let timeRank = Number.POSITIVE_INFINITY;
  const said: Said[] = [];
  for (const key in record) {
    const role = ROLES.get(key);
    if (role === undefined) continue;
    const value = record[key];
    const { of, rank } = role;
    if (of === 'message') say(said, value, rank);
    else if (of === 'level' && rank < levelRank && isLevel(value)) {
      level = typeof value === 'number' ? numericLevel(value) : value;
      levelRank = rank;
    } else if (of === 'time' && rank < timeRank && isTime(value)) {
      time = value;
      timeRank = rank;
    }
  }
  return { level, message: joined(said) ?? text, time };
}

/** What one field says; a line may say what happened in one and what it was about in another. */
interface Said {
  readonly rank: number;
  readonly text: string;
}

function say(said: Said[], value: unknown, rank: number): void {
  if (value === undefined || value === '' || value === null) return;
  if (typeof value === 'string') said.push({ rank, text: value });
  else if (typeof value === 'object') said.push({ rank, text: JSON.stringify(value) });
}

function joined(said: Said[]): string | null {
  if (said.length < 2) return said[0]?.text ?? null;
  return said
    .sort((left, right) => left.rank - right.rank)
    .map(({ text }) => text)
    .join(' | ');
}

function isLevel(value: unknown): value is string | number {
  return typeof value === 'number' || (typeof value === 'string' && value.length < 12);
}

function isTime(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number' || (value !== null && typeof value === 'object');
}

// Pino and bunyan count 10 (trace) to 60 (fatal); syslog counts 0 (emergency) to 7 (debug).
function numericLevel(value: number): string {
  if (value >= 10) return value >= 50 ? 'error' : value >= 40 ? 'warn' : 'info';
  return value <= 3 ? 'error' : value === 4 ? 'warn' : 'info';
}

/** The time a structured line carries; asked for only where none stands before the line. */
export function timeOf({ time }: JsonLine): Millis | null {
  if (typeof time === 'string') return parseTime(time) ?? parseTime(time.replace(',', '.')) ?? epochMillis(time);
  if (typeof time === 'number') return epochMillis(time);
  return time !== null && typeof time === 'object' ? nestedTime(time as Record<string, unknown>) : null;
}

// MongoDB writes {"$date": ...}, Log4j2 {"epochSecond": ..., "nanoOfSecond": ...}.
function nestedTime(value: Record<string, unknown>): Millis | null {
  const { $date: date, epochSecond: seconds } = value;
  if (typeof date === 'string') return parseTime(date);
  return typeof seconds === 'number' ? epochMillis(seconds) : null;
}
