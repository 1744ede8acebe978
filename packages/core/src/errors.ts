/** The closed list of failure codes; every transport maps these and nothing else. */
export const ERROR_CODES = [
  'not_found',
  'forbidden',
  'unauthenticated',
  'conflict',
  'invalid',
  'limit',
  'precondition',
  'unavailable',
  'internal',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

export interface AppErrorOptions {
  /** True when the same call may succeed later without a change by the caller. */
  readonly retryable?: boolean;
  /** Facts a person needs to mend it: file, line, path, expected. Never secrets. */
  readonly details?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/** The only error our code throws: a closed code, a message safe to show, and whether a retry may help. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, message: string, options: AppErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.retryable = options.retryable ?? code === 'unavailable';
    this.details = options.details ?? {};
  }
}

/** The message of anything thrown, for wrapping a foreign error. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
