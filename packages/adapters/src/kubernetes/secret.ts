import { parseObject } from '@headwater/contracts/kube/parse.ts';
import { AppError } from '@headwater/core/errors.ts';
import { redactSecret } from '@headwater/core/masking/redact-object.ts';
import type { SecretOutcome } from '@headwater/engine/ports/cluster.ts';
import type { Transport } from '../http/transport.ts';
import { getJson } from './api.ts';

export interface SecretToRead {
  readonly namespace: string;
  readonly name: string;
  readonly hash: (value: string) => string;
}

/** Reads one Secret; its values are replaced by lengths and hashes before anything else sees the object. */
export async function readSecret(
  transport: Transport,
  { namespace, name, hash }: SecretToRead,
): Promise<SecretOutcome> {
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/secrets/${encodeURIComponent(name)}`;
  try {
    const answer = redactSecret(await getJson(transport, { path }), hash);
    const { object } = parseObject(answer);
    if (object) return { state: 'read', object };
    return { state: 'unreachable', message: `the answer for Secret ${namespace}/${name} is no Secret` };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const { code, message } = error;
    if (code === 'not_found') return { state: 'absent', message };
    return { state: code === 'forbidden' || code === 'unauthenticated' ? 'forbidden' : 'unreachable', message };
  }
}
