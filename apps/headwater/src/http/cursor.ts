import { AppError } from '@headwater/core/errors.ts';
import type { z } from 'zod';

/** The opaque cursor of a list: where its page ended. */
export function writeCursor(position: unknown): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url');
}

/** The position in a cursor, null without one; `invalid` for anything this list did not hand out. */
export function readCursor<T extends z.ZodType>(cursor: string | undefined, position: T): z.output<T> | null {
  if (cursor === undefined) return null;
  const parsed = position.safeParse(parse(Buffer.from(cursor, 'base64url').toString('utf8')));
  if (parsed.success) return parsed.data;
  const detail = 'expected a `nextCursor` of this very list';
  throw new AppError('invalid', `the cursor is malformed: ${detail}`, {
    details: { errors: [{ pointer: 'query/cursor', detail }] },
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
