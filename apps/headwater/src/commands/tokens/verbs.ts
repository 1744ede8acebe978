import { ApiToken, ApiTokenPage, CreatedToken } from '@headwater/contracts/http/tokens.ts';
import { AppError } from '@headwater/core/errors.ts';
import { formatTime } from '@headwater/core/time.ts';
import type { Io } from '../../cli/io.ts';
import { openApiClient } from '../../client/api-client.ts';
import { type Columns, printJson, printList } from '../../client/output.ts';
import { readPages } from '../../client/pages.ts';
import { printable } from '../../render/printable.ts';
import { roleText } from '../role-option.ts';
import type { CreateTokenFlags, TokenFlags } from '../tokens.ts';

const COLUMNS: Columns<ApiToken> = [
  ['TOKEN', ({ prefix }) => prefix],
  ['NAME', ({ name }) => name],
  ['ROLES', ({ bindings }) => bindings.map(roleText).join(', ') || '-'],
  ['STATE', ({ state }) => state],
  ['EXPIRES', ({ expiresAt }) => expiresAt ?? 'never'],
  ['LAST USED', ({ lastUsedAt }) => lastUsedAt ?? 'never'],
];

export async function listTokens(io: Io, flags: TokenFlags): Promise<void> {
  const client = await openApiClient(io, flags);
  printList(io, flags.output, await readPages(client, { path: '/api/v1/tokens', query: {} }, ApiTokenPage), COLUMNS);
}

export async function createToken(io: Io, name: string, { role, expires, ...flags }: CreateTokenFlags): Promise<void> {
  const client = await openApiClient(io, flags);
  const expiresAt = expires === undefined ? undefined : formatTime(io.now() + expires);
  const body = { name, expiresAt, bindings: role };
  const made = await client.write({ method: 'POST', path: '/api/v1/tokens', body }, CreatedToken);
  if (flags.output === 'json') return printJson(io, made);
  // The secret stands alone on standard output, so that it can be piped into a file or a secret store.
  io.err(`Created ${printable(made.token.name)}; the token is shown this once:\n`);
  io.out(`${made.secret}\n`);
}

export async function revokeToken(io: Io, given: string, flags: TokenFlags): Promise<void> {
  const client = await openApiClient(io, flags);
  const tokens = await readPages(client, { path: '/api/v1/tokens', query: {} }, ApiTokenPage);
  const meant = tokens.filter(
    ({ id, name, prefix, state }) => id === given || given.startsWith(prefix) || (name === given && state === 'live'),
  );
  const [token] = meant;
  if (!token) throw new AppError('not_found', `no API token ${printable(given.slice(0, 10))}`);
  if (meant.length > 1)
    throw new AppError(
      'conflict',
      `${meant.length} tokens are meant by ${given}: ${meant.map(({ prefix }) => prefix).join(', ')}`,
    );
  const revoked = await client.write({ method: 'DELETE', path: `/api/v1/tokens/${token.id}` }, ApiToken);
  if (flags.output === 'json') return printJson(io, revoked);
  io.out(`Revoked ${printable(revoked.name)} (${revoked.prefix}).\n`);
}
