import { sql as first } from './0001-first.ts';

export interface Migration {
  readonly number: number;
  readonly name: string;
  readonly sql: string;
}

/** In order, without holes; what is released is never edited, only followed. */
export const MIGRATIONS: readonly Migration[] = [{ number: 1, name: 'first', sql: first }];
