import { createHash } from 'node:crypto';
import { API_TOKEN_PREFIX } from '@headwater/core/access/rules.ts';
import type { MadeSecret, SecretMaker } from '@headwater/engine/ports/credentials.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
// Without what is mistaken for something else: 0 O, 1 I l.
const READABLE = 'abcdefghijkmnpqrstuvwxyz23456789';

const SHOWN = 10;

/** Random secrets of at least 160 bits; one-time passwords of 80. */
export function secretMaker(randomBytes: (size: number) => Buffer): SecretMaker {
  const text = (alphabet: string, length: number): string => randomText(randomBytes, alphabet, length);
  return {
    refreshToken: () => made(text(ALPHABET, 43)),
    apiToken: () => made(`${API_TOKEN_PREFIX}${text(ALPHABET, 40)}`),
    oneTimePassword: () => [1, 2, 3, 4].map(() => text(READABLE, 4)).join('-'),
    hashOf,
  };
}

function made(secret: string): MadeSecret {
  return { secret, hash: hashOf(secret), prefix: secret.slice(0, SHOWN) };
}

function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

function randomText(randomBytes: (size: number) => Buffer, alphabet: string, length: number): string {
  // Bytes beyond the last whole multiple of the alphabet would make its first characters likelier.
  const limit = 256 - (256 % alphabet.length);
  let text = '';
  while (text.length < length) {
    for (const byte of randomBytes(length)) if (byte < limit) text += alphabet[byte % alphabet.length];
  }
  return text.slice(0, length);
}
