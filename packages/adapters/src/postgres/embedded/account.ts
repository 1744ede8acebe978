import { readFileSync } from 'node:fs';
import { AppError } from '@headwater/core/errors.ts';

/** The user a server process runs as; undefined means the user of this process. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
  readonly name: string;
}

// PostgreSQL refuses to run as root, and initdb wants a name for its user, so it must be one the system knows.
const PREFERRED = ['headwater', 'postgres', 'nobody'];

/** Root gives its server process to an unprivileged user: the owner of the directory if it has one, else a known name. */
export function accountFor(ownerUid: number | undefined, passwd = readPasswd()): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const known = parsePasswd(passwd).filter((account) => account.uid !== 0);
  const owner = known.find((account) => account.uid === ownerUid);
  if (owner) return owner;
  for (const name of PREFERRED) {
    const account = known.find((one) => one.name === name);
    if (account) return account;
  }
  throw new AppError(
    'precondition',
    'PostgreSQL does not run as root and this system knows no other user: start Headwater as an unprivileged user',
  );
}

function parsePasswd(text: string): Account[] {
  const accounts: Account[] = [];
  for (const line of text.split('\n')) {
    const [name, , uid, gid] = line.split(':');
    if (name && uid && gid) accounts.push({ name, uid: Number(uid), gid: Number(gid) });
  }
  return accounts;
}

function readPasswd(): string {
  try {
    return readFileSync('/etc/passwd', 'utf8');
  } catch {
    return '';
  }
}
