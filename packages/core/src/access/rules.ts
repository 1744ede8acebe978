/** Languages of the page and of what the server writes for people. */
export const LANGUAGES = ['en', 'ko'] as const;

export type Language = (typeof LANGUAGES)[number];

/** API tokens begin with this, so that scanners of leaked secrets can know them. */
export const API_TOKEN_PREFIX = 'hw_';

/** What a new login may be: nothing that needs escaping in a log line, a header or a path. */
export const LOGIN_PATTERN = /^[A-Za-z0-9][A-Za-z0-9._@+-]{2,63}$/;

/** Characters of a new password. */
export const PASSWORD_LENGTH = { min: 8, max: 128 };

const COMMON = [
  'password',
  'passw0rd',
  'admin',
  'administrator',
  'changeme',
  'letmein',
  'welcome',
  'qwerty',
  'secret',
  'headwater',
  'kube-rca',
  'kuberca',
  'kubernetes',
  'default',
  'iloveyou',
  'trustno1',
];

/** Why a password is too weak to accept, or null; the login is the one it is for. */
export function passwordWeakness(password: string, login: string): string | null {
  const { min, max } = PASSWORD_LENGTH;
  if (password.length < min || password.length > max) return `expected ${min} to ${max} characters`;
  const lower = password.toLowerCase();
  const name = login.toLowerCase();
  if (name.length >= 3 && lower.replaceAll(name, '').length < 4) return 'it is little more than the login';
  if (new Set(lower).size < 4) return 'it repeats the same few characters';
  const letters = lower.replace(/[^a-z-]/g, '');
  if (COMMON.some((word) => letters === word && lower.length <= word.length + 4))
    return 'it is among the first to be guessed';
  if ('abcdefghijklmnopqrstuvwxyz0123456789012345678909876543210qwertyuiopasdfghjklzxcvbnm'.includes(lower))
    return 'it is a run of neighbouring characters';
  return null;
}
