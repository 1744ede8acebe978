import { type BinaryLike, scrypt, type ScryptOptions, timingSafeEqual } from 'node:crypto';
import { AppError } from '@headwater/core/errors.ts';
import type { Passwords } from '@headwater/engine/ports/credentials.ts';

/** What one hash costs; memory is 128 * 2^logN * r bytes. */
export interface ScryptCost {
  readonly logN: number;
  readonly r: number;
  readonly p: number;
}

// 32 MB and about 0.2 s on a slow core: one of the equally strong settings the OWASP password sheet lists.
export const DEFAULT_COST: ScryptCost = { logN: 15, r: 8, p: 3 };

const KEY_BYTES = 32;
const SALT_BYTES = 16;
// Two at once leave threads of the pool for files and names; a queue this long is several seconds.
const AT_ONCE = 2;
const MAX_WAITING = 50;

export interface PasswordOptions {
  readonly randomBytes: (size: number) => Buffer;
  readonly cost?: ScryptCost;
}

/** Passwords by scrypt: `scrypt$logN$r$p$salt$key`, the last two base64url. */
export function scryptPasswords({ randomBytes, cost = DEFAULT_COST }: PasswordOptions): Passwords {
  const inTurn = turns();
  const derive = (password: string, salt: BinaryLike, of: ScryptCost): Promise<Buffer> =>
    inTurn(() => derived(password, salt, of));
  // Unknown logins are compared with this, so they cost the same.
  const nobody: Stored = { cost, salt: randomBytes(SALT_BYTES), key: randomBytes(KEY_BYTES) };

  return {
    async hash(password) {
      const salt = randomBytes(SALT_BYTES);
      const key = await derive(password, salt, cost);
      return ['scrypt', cost.logN, cost.r, cost.p, salt.toString('base64url'), key.toString('base64url')].join('$');
    },
    async verify(password, hash) {
      const kept = hash === null ? null : parseHash(hash);
      const stored = kept ?? nobody;
      const key = await derive(password, stored.salt, stored.cost);
      const matches = timingSafeEqual(key, stored.key) && kept !== null;
      const { logN, r, p } = stored.cost;
      return { matches, outdated: matches && (logN !== cost.logN || r !== cost.r || p !== cost.p) };
    },
  };
}

interface Stored {
  readonly cost: ScryptCost;
  readonly salt: Buffer;
  readonly key: Buffer;
}

function parseHash(hash: string): Stored | null {
  const match = /^scrypt\$(\d{1,2})\$(\d{1,2})\$(\d{1,2})\$([\w-]+)\$([\w-]+)$/.exec(hash);
  if (!match) return null;
  const [, logN, r, p, salt = '', key = ''] = match;
  const stored = { salt: Buffer.from(salt, 'base64url'), key: Buffer.from(key, 'base64url') };
  if (stored.key.length !== KEY_BYTES) return null;
  return { cost: { logN: Number(logN), r: Number(r), p: Number(p) }, ...stored };
}

function derived(password: string, salt: BinaryLike, { logN, r, p }: ScryptCost): Promise<Buffer> {
  const N = 2 ** logN;
  const options: ScryptOptions = { N, r, p, maxmem: 128 * r * (N + p + 2) * 2 };
  // The same characters may reach us composed or decomposed, by keyboard and system.
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFKC'), salt, KEY_BYTES, options, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });
}

function turns(): <T>(work: () => Promise<T>) => Promise<T> {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (waiting.length >= MAX_WAITING)
      throw new AppError('unavailable', 'too many sign-ins at once', { details: { retryAfterSeconds: 2 } });
    if (running >= AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve));
    else running++;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running--;
    }
  };
}
