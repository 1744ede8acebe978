import { randomBytes } from 'node:crypto';
import { API_TOKEN_PREFIX } from '@headwater/core/access/rules.ts';
import { describe, expect, it } from 'vitest';
import { DEFAULT_COST, scryptPasswords } from './passwords.ts';
import { secretMaker } from './secrets.ts';

const cheap = { logN: 4, r: 8, p: 1 };
const passwords = scryptPasswords({ randomBytes, cost: cheap });

describe('passwords', () => {
  it('recognises the password and no other', async () => {
    const hash = await passwords.hash('correct horse');
    expect(hash).toMatch(/^scrypt\$4\$8\$1\$[\w-]{22}\$[\w-]{43}$/);
    expect(await passwords.verify('correct horse', hash)).toEqual({ matches: true, outdated: false });
    expect((await passwords.verify('correct horsf', hash)).matches).toBe(false);
    expect((await passwords.verify('', hash)).matches).toBe(false);
  });

  it('salts: the same password never hashes alike', async () => {
    expect(await passwords.hash('correct horse')).not.toBe(await passwords.hash('correct horse'));
  });

  it('takes composed and decomposed characters for the same', async () => {
    const hash = await passwords.hash('caf\u00e9 비밀');
    expect((await passwords.verify('cafe\u0301 비밀', hash)).matches).toBe(true);
  });

  it('tells a hash of another cost, and still verifies it', async () => {
    const hash = await scryptPasswords({ randomBytes, cost: { logN: 5, r: 8, p: 1 } }).hash('correct horse');
    expect(await passwords.verify('correct horse', hash)).toEqual({ matches: true, outdated: true });
    expect(await passwords.verify('wrong', hash)).toEqual({ matches: false, outdated: false });
  });

  it.each([null, '', 'plain', 'scrypt$4$8$1$AAAA$AAAA', '$2b$10$abcdefghijklmnopqrstuv'])(
    'never matches without a hash it knows: %j',
    async (hash) => {
      expect((await passwords.verify('correct horse', hash)).matches).toBe(false);
    },
  );

  it('costs as much for an unknown login as for a known one', async () => {
    const real = scryptPasswords({ randomBytes, cost: { ...DEFAULT_COST, p: 1 } });
    const hash = await real.hash('correct horse');
    const time = async (of: string | null): Promise<number> => {
      const begin = process.cpuUsage();
      await real.verify('guess', of);
      return process.cpuUsage(begin).user;
    };
    expect(await time(null)).toBeGreaterThan((await time(hash)) / 4);
  });

  it('refuses more than it can hash in time, and recovers', async () => {
    const many = await Promise.allSettled(Array.from({ length: 80 }, () => passwords.hash('correct horse')));
    const refused = many.filter(({ status }) => status === 'rejected');
    expect(refused.length).toBe(28);
    expect(refused[0]).toMatchObject({ reason: { code: 'unavailable', details: { retryAfterSeconds: 2 } } });
    expect(await passwords.hash('correct horse')).toContain('scrypt$');
  });
});

describe('secrets', () => {
  const secrets = secretMaker(randomBytes);

  it('makes tokens that begin with their kind and are known by their hash', () => {
    const { secret, hash, prefix } = secrets.apiToken();
    expect(secret).toMatch(/^hw_[A-Za-z0-9]{40}$/);
    expect(secret.startsWith(prefix)).toBe(true);
    expect(prefix).toHaveLength(10);
    expect(prefix.startsWith(API_TOKEN_PREFIX)).toBe(true);
    expect(hash).toBe(secrets.hashOf(secret));
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    expect(secrets.refreshToken().secret).toMatch(/^[A-Za-z0-9]{43}$/);
  });

  it('makes one-time passwords that are easy to read', () => {
    expect(secrets.oneTimePassword()).toMatch(/^([a-km-np-z2-9]{4}-){3}[a-km-np-z2-9]{4}$/);
    expect(secrets.oneTimePassword()).not.toBe(secrets.oneTimePassword());
  });

  it('uses every character alike: bytes past the last whole multiple are thrown away', () => {
    const biased = secretMaker((size) => Buffer.alloc(size, 255).fill(61, 1));
    expect(biased.refreshToken().secret).toBe('9'.repeat(43));
  });
});
