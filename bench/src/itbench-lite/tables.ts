import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError, messageOf } from '@headwater/core/errors.ts';
import { type Millis, parseTime } from '@headwater/core/time.ts';
import { parse } from 'csv-parse/sync';

export type Row = Readonly<Record<string, string>>;

/** The rows of a tab-separated table of a scenario; nothing when the scenario has no such table. */
export function readTable(folder: string, name: string): Row[] {
  const file = join(folder, name);
  if (!existsSync(file)) return [];
  try {
    return parse(readFileSync(file), {
      bom: true,
      columns: true,
      delimiter: '\t',
      relax_quotes: true,
      relax_column_count: true,
    });
  } catch (error) {
    throw new AppError('invalid', `${file} is no table with tabs between its columns: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

/** The tables of a folder of the scenario whose names end alike. */
export function readTables(folder: string, under: string): Row[] {
  const directory = join(folder, under);
  if (!existsSync(directory)) return [];
  return readdirSync(directory)
    .filter((name) => name.endsWith('.tsv'))
    .sort()
    .flatMap((name) => readTable(directory, name));
}

/** A cell that holds JSON; null when it does not. */
export function jsonCell(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '') as unknown;
  } catch {
    return null;
  }
}

/** A cell that holds attributes, as JSON or as Python prints a dictionary of strings. */
export function attributesCell(text: string | undefined): Record<string, string> {
  const value = jsonCell(text);
  if (value !== null && typeof value === 'object')
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, typeof item === 'string' ? item : JSON.stringify(item)]),
    );
  const pairs = (text ?? '').matchAll(
    /'((?:[^'\\]|\\.)*)'\s*:\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|([^,{}\s]+))/g,
  );
  return Object.fromEntries(
    [...pairs].map(([, key = '', single, double, bare]) => [key, single ?? double ?? bare ?? '']),
  );
}

/** A time as these tables write it: RFC 3339, with a space, with nanoseconds, or seconds since 1970. */
export function timeCell(text: string | undefined): Millis | null {
  if (!text) return null;
  if (/^\d{10}(?:\.\d+)?$/.test(text)) return Number(text) * 1000;
  const withT = text
    .trim()
    .replace(' ', 'T')
    .replace(/(\.\d{3})\d+/, '$1');
  return parseTime(/(?:Z|[+-]\d{2}:?\d{2})$/.test(withT) ? withT : `${withT}Z`);
}
