import { AppError } from '@headwater/core/errors.ts';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { readCursor, writeCursor } from './cursor.ts';

describe('cursors', () => {
  it('come back as they were written', () => {
    const position = z.tuple([z.string(), z.int()]);
    expect(readCursor(writeCursor(['비밀 %_', 7]), position)).toEqual(['비밀 %_', 7]);
    expect(readCursor(undefined, position)).toBeNull();
  });

  it.each(['', 'x', '%00', 'e30', writeCursor('7'), writeCursor({ $ne: 1 })])(
    'refuses %j as input of the caller',
    (cursor) => {
      expect(() => readCursor(cursor, z.int())).toThrow(AppError);
      expect(() => readCursor(cursor, z.int())).toThrow('nextCursor');
    },
  );
});
