import { readFileSync } from 'node:fs';
import { AppError, messageOf } from '@headwater/core/errors.ts';
import { parse } from 'csv-parse/sync';

/** The rows of a CSV file as text cells; a malformed file is an error that names it. */
export function readRows(file: string): string[][] {
  try {
    return parse(readFileSync(file), { bom: true, skip_empty_lines: true, relax_column_count: true });
  } catch (error) {
    throw new AppError('invalid', `${file} is no CSV: ${messageOf(error)}`, { cause: error });
  }
}

/** The rows of a CSV file as records by the names of its first line. */
export function readRecords(file: string): Record<string, string>[] {
  const [header = [], ...rows] = readRows(file);
  return rows.map((row) => Object.fromEntries(header.map((name, index) => [name, row[index] ?? ''])));
}

/** One column of numbers with the times of its rows; cells that hold no number are left out. */
export function numericColumn(
  rows: readonly (readonly string[])[],
  index: number,
  times: readonly number[],
): (readonly [number, number])[] {
  return rows.flatMap((row, place) => {
    const cell = row[index] ?? '';
    const value = Number(cell);
    const time = times[place];
    return cell === '' || !Number.isFinite(value) || time === undefined || !Number.isFinite(time)
      ? []
      : [[time, value] as const];
  });
}
