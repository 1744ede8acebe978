import type { FirstAdmin } from '@headwater/engine/people/first-admin.ts';

/** What the first start prints for the person in front of it; never part of a log, which is kept. */
export function firstAdminNotice({ login, oneTimePassword }: FirstAdmin, address: string): string {
  if (oneTimePassword === null) return `First start: sign in at ${address} as ${login} with the configured password.\n`;
  return [
    `First start: sign in at ${address}`,
    '',
    `    login                ${login}`,
    `    one-time password    ${oneTimePassword}`,
    '',
    'It is shown this once and must be changed at the first sign-in.',
    '',
  ].join('\n');
}
