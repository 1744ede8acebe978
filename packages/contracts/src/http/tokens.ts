import { z } from 'zod';
import { Binding, BindingInput } from './auth.ts';
import { PageQuery, pageOf, Time } from './common.ts';

/** A program's credential; the secret itself is never shown again. */
export const ApiToken = z.object({
  id: z.string(),
  name: z.string(),
  prefix: z.string(),
  createdBy: z.string().describe('The login of who made it'),
  createdAt: Time,
  expiresAt: Time.nullable(),
  lastUsedAt: Time.nullable(),
  revokedAt: Time.nullable(),
  state: z.enum(['live', 'expired', 'revoked']),
  bindings: z.array(Binding),
});
export type ApiToken = z.infer<typeof ApiToken>;

export const ApiTokenPage = pageOf(ApiToken);
export const TokenQuery = PageQuery;
export const TokenParams = z.object({ id: z.string().max(64) });

export const CreateTokenBody = z.strictObject({
  name: z.string().trim().min(1).max(100),
  expiresAt: Time.nullish().describe('Absent: it does not expire'),
  bindings: z.array(BindingInput).min(1).max(50),
});
export type CreateTokenBody = z.input<typeof CreateTokenBody>;

export const CreatedToken = z.object({
  token: ApiToken,
  secret: z.string().describe('Shown this once; send it as `Authorization: Bearer hw_...`'),
});
export type CreatedToken = z.infer<typeof CreatedToken>;
