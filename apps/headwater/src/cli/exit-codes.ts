import { AppError, type ErrorCode } from '@headwater/core/errors.ts';

/** What each exit code of the executable means; the CLI reference is generated from this. */
export const EXIT = {
  ok: {
    code: 0,
    means: 'The command did what it was asked; a diagnosis was made (any verdict but insufficient-evidence).',
  },
  internal: { code: 1, means: 'Headwater itself failed; please report it.' },
  usage: { code: 2, means: 'The command line was wrong: an unknown command, option or value.' },
  invalid: { code: 3, means: 'Input was malformed: a recording, an alert body, a configuration file.' },
  unavailable: { code: 4, means: 'The cluster or a data source could not be reached.' },
  denied: { code: 5, means: 'Credentials were refused, expired, or lack the rights.' },
  notFound: { code: 6, means: 'The named file, object or namespace does not exist.' },
  limit: { code: 7, means: 'A size, time or count limit was exceeded.' },
  inconclusive: { code: 8, means: 'A diagnosis was printed, but its verdict is insufficient-evidence.' },
  failed: { code: 9, means: 'The check the command makes did not pass: a bench below its bar, a doctor finding.' },
  interrupted: { code: 130, means: 'Stopped by Ctrl-C.' },
} as const;

const BY_ERROR: Readonly<Record<ErrorCode, number>> = {
  not_found: EXIT.notFound.code,
  forbidden: EXIT.denied.code,
  unauthenticated: EXIT.denied.code,
  conflict: EXIT.invalid.code,
  invalid: EXIT.invalid.code,
  limit: EXIT.limit.code,
  precondition: EXIT.invalid.code,
  unavailable: EXIT.unavailable.code,
  internal: EXIT.internal.code,
};

/** The exit code for anything thrown. */
export function exitCodeOf(error: unknown): number {
  return error instanceof AppError ? BY_ERROR[error.code] : EXIT.internal.code;
}
