import { type Command, Option } from 'commander';
import { stringify } from 'yaml';
import type { Io } from '../cli/io.ts';
import { printable } from '../render/printable.ts';
import { renderTable } from '../render/table.ts';

export type OutputFormat = 'table' | 'json';

/** Adds `-o table|json`. */
export function addOutputOption(command: Command): Command {
  return command.addOption(
    new Option('-o, --output <format>', 'output format').choices(['table', 'json']).default('table'),
  );
}

export type StructuredFormat = OutputFormat | 'yaml';

/** Adds `-o table|json|yaml`. */
export function addStructuredOption(command: Command): Command {
  return command.addOption(
    new Option('-o, --output <format>', 'output format').choices(['table', 'json', 'yaml']).default('table'),
  );
}

/** Prints one value as JSON or YAML. */
export function printStructured(io: Io, format: 'json' | 'yaml', value: unknown): void {
  if (format === 'json') printJson(io, value);
  else io.out(stringify(value, { lineWidth: 0 }));
}

/** Columns of a list: a heading and how a row fills it. */
export type Columns<T> = readonly (readonly [heading: string, cell: (row: T) => string])[];

/** Prints a list as a table or as JSON; text of others cannot move the cursor. */
export function printList<T>(io: Io, format: OutputFormat, rows: readonly T[], columns: Columns<T>): void {
  if (format === 'json') return printJson(io, rows);
  const head = columns.map(([heading]) => heading);
  io.out(
    renderTable(
      head,
      rows.map((row) => columns.map(([, cell]) => printable(cell(row)))),
    ),
  );
}

/** Prints one value as JSON. */
export function printJson(io: Io, value: unknown): void {
  io.out(`${JSON.stringify(value, null, 2)}\n`);
}
