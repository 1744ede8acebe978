import { EditMeBody, Me } from '@headwater/contracts/http/auth.ts';
import { editMe } from '@headwater/engine/people/me.ts';
import { defineRoute } from '../route.ts';
import { meOf } from './grant.ts';

export const editMeRoute = defineRoute({
  method: 'PATCH',
  url: '/api/v1/auth/me',
  operationId: 'editMe',
  summary: 'Change one’s own name or language',
  tags: ['auth'],
  access: 'signed-in',
  body: EditMeBody,
  responses: { 200: Me },
  handle: async ({ ctx, body }) => meOf(ctx.actor, await editMe(ctx, body)),
});

/** The path kube-rca has for the language. */
export const editLanguageRoute = defineRoute({
  ...editMeRoute,
  url: '/api/v1/auth/me/language',
  operationId: 'editMyLanguage',
  hidden: true,
  body: EditMeBody,
  responses: { 200: Me },
  handle: async ({ ctx, body }) => meOf(ctx.actor, await editMe(ctx, body)),
});
