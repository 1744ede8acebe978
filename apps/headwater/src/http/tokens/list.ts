import { ApiTokenPage, TokenQuery } from '@headwater/contracts/http/tokens.ts';
import { listTokens } from '@headwater/engine/people/tokens.ts';
import { z } from 'zod';
import { readCursor, writeCursor } from '../cursor.ts';
import { defineRoute } from '../route.ts';
import { presentToken } from './present.ts';

export const listTokensRoute = defineRoute({
  method: 'GET',
  url: '/api/v1/tokens',
  operationId: 'listTokens',
  summary: 'API tokens, newest first, without their secrets',
  tags: ['tokens'],
  access: 'tokens.manage',
  query: TokenQuery,
  responses: { 200: ApiTokenPage },
  async handle({ ctx, query: { cursor, limit } }) {
    const { items, next } = await listTokens(ctx, { before: readCursor(cursor, z.string().max(64)), limit });
    const now = ctx.now();
    return {
      items: items.map((item) => presentToken(item, now)),
      nextCursor: next === null ? null : writeCursor(next),
    };
  },
});
