import { actorOfUser } from './actor-of.ts';
import type { VerbContext } from '../context.ts';
import type { PeopleServices } from '../ports/credentials.ts';
import { audit } from './audit.ts';

/** Ends the session a refresh token belongs to; a token nobody knows is signed out already. */
export async function signOut(ctx: VerbContext, people: PeopleServices, refreshToken: string): Promise<void> {
  await ctx.store.transaction(async (tx) => {
    const token = await tx.sessions.lockByHash(people.secrets.hashOf(refreshToken));
    if (!token) return;
    const ended = await tx.sessions.revoke({ family: token.family }, { now: ctx.now(), reason: 'signed out' });
    const user = await tx.users.byId(token.userId);
    if (ended === 0 || !user) return;
    const actor = await actorOfUser(tx, user, token.family);
    const write = { action: 'session.sign-out', targetKind: 'session', targetId: token.family };
    await audit.append(tx, { ...ctx, actor }, write);
  });
}
