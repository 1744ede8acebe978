import { AppError } from '@headwater/core/errors.ts';
import { z } from 'zod';

/** The entity tag of a version, as `ETag` carries it. */
export function entityTag(version: number): string {
  return `"${version}"`;
}

/** `If-Match` of a changing request. */
export const IfMatch = z
  .string()
  .max(500)
  .optional()
  .describe('The `ETag` of the incident as it was read; 412 when it was changed since');

/** The version a caller has seen; undefined when any will do. What no tag of ours can be matches nothing. */
export function expectedVersion(ifMatch: string | undefined): number | undefined {
  if (ifMatch === undefined || ifMatch.trim() === '*') return undefined;
  const tags = ifMatch.split(',').map((tag) => /^\s*(?:W\/)?"(\d{1,9})"\s*$/.exec(tag)?.[1]);
  const [version] = tags;
  if (tags.length === 1 && version !== undefined) return Number(version);
  throw new AppError('precondition', `If-Match ${ifMatch} is no ETag of this incident: expected one like "3", or *`);
}
