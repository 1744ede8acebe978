import { AppError } from '@headwater/core/errors.ts';
import { maskText } from '@headwater/core/masking/mask.ts';
import type { Log, LogFields } from '@headwater/engine/ports/log.ts';
import pino from 'pino';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

export interface LogOptions {
  readonly level: LogLevel;
  /** Gets whole lines, each one JSON object. */
  readonly write: (line: string) => void;
  /** Fields of every line, such as the thread. */
  readonly base?: LogFields;
}

// By name, wherever a careless caller may have put them.
const SECRET_FIELDS = ['authorization', 'cookie', 'password', 'token', 'secret', 'databaseUrl'];

/** The log as JSON lines; errors become their code, message and stack, and credentials inside texts are masked. */
export function createLog({ level, write, base }: LogOptions): Log {
  const logger = pino(
    {
      level,
      base: base ?? {},
      messageKey: 'message',
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: SECRET_FIELDS.flatMap((name) => [name, `*.${name}`]), censor: '********' },
      serializers: { error: describeError },
    },
    { write },
  );
  return {
    info: (fields, message) => logger.info(fields, message),
    warn: (fields, message) => logger.warn(fields, message),
    error: (fields, message) => logger.error(fields, message),
  };
}

function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return maskText(String(error));
  return {
    type: error.name,
    ...(error instanceof AppError && { code: error.code, details: error.details }),
    message: maskText(error.message),
    stack: maskText(error.stack ?? ''),
    ...(error.cause !== undefined && { cause: describeError(error.cause) }),
  };
}
