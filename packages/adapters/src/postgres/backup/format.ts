import { z } from 'zod';

/** The first line of a backup. */
export const BackupHeader = z.object({
  format: z.literal('headwater-backup'),
  version: z.literal(1),
  createdAt: z.string(),
  /** The version of the schema the rows fit. */
  schema: z.number().int().positive(),
  /** The checksum of each migration up to that version. */
  checksums: z.array(z.string()),
  server: z.string(),
  tables: z.number().int(),
});
export type BackupHeader = z.infer<typeof BackupHeader>;

/** The line before the rows of a table: as many lines follow, each a row as JSON. */
export const TableHeader = z.object({
  table: z.string(),
  columns: z.array(z.string()),
  /** Columns whose JSON is written as text: as JSON, its null could not be told from no value. */
  json: z.array(z.string()),
  rows: z.number().int(),
});
export type TableHeader = z.infer<typeof TableHeader>;

/** The last line; without it the file is cut off. */
export const BackupEnd = z.object({ end: z.literal(true), rows: z.number().int() });

export interface BackupProgress {
  readonly table: string;
  readonly rows: number;
  readonly of: number;
}

export interface BackupSummary {
  readonly schema: number;
  readonly createdAt: string;
  readonly rows: number;
  readonly counts: Readonly<Record<string, number>>;
}
