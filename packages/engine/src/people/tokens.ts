import type { RoleBinding } from '@headwater/core/access/actor.ts';
import { authorize } from '@headwater/core/access/authorize.ts';
import { AppError } from '@headwater/core/errors.ts';
import type { Millis } from '@headwater/core/time.ts';
import type { VerbContext } from '../context.ts';
import type { PeopleServices } from '../ports/credentials.ts';
import type { ApiToken } from '../ports/store/tokens.ts';
import type { HeldBinding } from '../ports/store/users.ts';
import { audit } from './audit.ts';

/** A token and the roles it holds. */
export interface TokenWithRoles {
  readonly token: ApiToken;
  readonly bindings: readonly HeldBinding[];
}

export interface CreateTokenInput {
  readonly name: string;
  readonly expiresAt: Millis | null;
  readonly bindings: readonly RoleBinding[];
}

/** Makes an API token; its secret is answered here and kept nowhere. */
export async function createToken(
  ctx: VerbContext,
  people: Pick<PeopleServices, 'secrets'>,
  input: CreateTokenInput,
): Promise<TokenWithRoles & { readonly secret: string }> {
  authorize(ctx.actor, 'tokens.manage');
  const now = ctx.now();
  if (input.expiresAt !== null && input.expiresAt <= now) {
    const detail = 'expected a moment in the future';
    throw new AppError('invalid', detail, { details: { errors: [{ pointer: '/expiresAt', detail }] } });
  }
  const { secret, hash, prefix } = people.secrets.apiToken();
  const token: ApiToken = {
    id: ctx.newId('tok'),
    name: input.name,
    prefix,
    tokenHash: hash,
    createdBy: ctx.actor.name,
    createdAt: now,
    expiresAt: input.expiresAt,
    lastUsedAt: null,
    revokedAt: null,
  };
  return ctx.store.transaction(async (tx) => {
    await tx.tokens.insert(token);
    for (const binding of input.bindings)
      await tx.users.bind({ kind: 'token', id: token.id }, { ...binding, id: ctx.newId('bnd') });
    const after = { name: token.name, prefix, expiresAt: token.expiresAt, bindings: input.bindings };
    await audit.append(tx, ctx, { action: 'token.create', targetKind: 'token', targetId: token.id, after });
    return { token, bindings: await tx.users.bindings('token', [token.id]), secret };
  });
}

/** Tokens, newest first. */
export async function listTokens(
  ctx: VerbContext,
  { before, limit }: { readonly before: string | null; readonly limit: number },
): Promise<{ readonly items: readonly TokenWithRoles[]; readonly next: string | null }> {
  authorize(ctx.actor, 'tokens.manage');
  const found = await ctx.store.tokens.list({ before, limit: limit + 1 });
  const tokens = found.slice(0, limit);
  const bindings = await ctx.store.users.bindings(
    'token',
    tokens.map(({ id }) => id),
  );
  return {
    items: tokens.map((token) => ({ token, bindings: bindings.filter(({ holderId }) => holderId === token.id) })),
    next: found.length > limit ? (tokens.at(-1)?.id ?? null) : null,
  };
}

/** Ends a token; ending it again changes nothing. */
export async function revokeToken(ctx: VerbContext, id: string): Promise<TokenWithRoles> {
  authorize(ctx.actor, 'tokens.manage');
  return ctx.store.transaction(async (tx) => {
    const revoked = await tx.tokens.revoke(id, ctx.now());
    const token = await tx.tokens.byId(id);
    if (!token) throw new AppError('not_found', `no API token ${id}`);
    const before = { name: token.name, prefix: token.prefix };
    if (revoked) await audit.append(tx, ctx, { action: 'token.revoke', targetKind: 'token', targetId: id, before });
    return { token, bindings: await tx.users.bindings('token', [id]) };
  });
}
