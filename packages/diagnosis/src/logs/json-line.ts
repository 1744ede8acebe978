import { type Millis, parseTime } from '@headwater/core/time.ts';
import { epochMillis } from './line-time.ts';

/** What a structured line says of itself. */
export interface JsonLine {
  readonly level: string | null;
  readonly message: string;
  readonly record: Readonly<Record<string, unknown>>;
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
// Parsing is linear, but a megabyte of JSON on one line is data, not a log record.
const MAX_PARSED = 16_384;

/** Reads a line that is one JSON object; null for anything else. */
export function parseJsonLine(text: string): JsonLine | null {
  const start = text.indexOf('{');
  if (start < 0 || start > 40 || text.length > MAX_PARSED || !text.trimEnd().endsWith('}')) return null;
  // Only a short plain prefix may stand before the object (`app | {...}`); otherwise it is a message that ends in JSON.
  if (start > 0 && !/^[\w.|:\s-]*$/.test(text.slice(0, start))) return null;
  const record = parse(start === 0 ? text : text.slice(start));
  if (!record) return null;
  return { level: levelOf(record), message: messageOf(record) ?? text, record };
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

function messageOf(record: Record<string, unknown>): string | null {
  let message: string | null = null;
  for (const key of MESSAGE_KEYS) {
    const value = record[key];
    if (value === undefined || value === '' || value === null) continue;
    const said = typeof value === 'string' ? value : typeof value === 'object' ? JSON.stringify(value) : null;
    if (said !== null) message = message === null ? said : `${message} | ${said}`;
  }
  return message;
}

function levelOf(record: Record<string, unknown>): string | null {
  for (const key of LEVEL_KEYS) {
    const value = record[key];
    if (typeof value === 'string' && value.length < 12) return value;
    if (typeof value === 'number') return numericLevel(value);
  }
  return null;
}

// Pino and bunyan count 10 (trace) to 60 (fatal); syslog counts 0 (emergency) to 7 (debug).
function numericLevel(value: number): string | null {
  if (value >= 10) return value >= 50 ? 'error' : value >= 40 ? 'warn' : 'info';
  return value <= 3 ? 'error' : value === 4 ? 'warn' : 'info';
}

/** The time a structured line carries; asked for only where none stands before the line. */
export function timeOf({ record }: JsonLine): Millis | null {
  for (const key of TIME_KEYS) {
    const value = record[key];
    if (typeof value === 'string') return parseTime(value) ?? parseTime(value.replace(',', '.')) ?? epochMillis(value);
    if (typeof value === 'number') return epochMillis(value);
    if (value !== null && typeof value === 'object') return nestedTime(value as Record<string, unknown>);
  }
  return null;
}

// MongoDB writes {"$date": ...}, Log4j2 {"epochSecond": ..., "nanoOfSecond": ...}.
function nestedTime(value: Record<string, unknown>): Millis | null {
  const { $date: date, epochSecond: seconds } = value;
  if (typeof date === 'string') return parseTime(date);
  return typeof seconds === 'number' ? epochMillis(seconds) : null;
}
