/** Facts of one log line; ids such as `incidentId` and `requestId` by these names, never secrets or bodies. */
export type LogFields = Readonly<Record<string, unknown>>;

/** Where the program says what happens inside it: one JSON object per line in production. */
export interface Log {
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
}

/** Says nothing; for tests and one-shot commands. */
export const silentLog: Log = { info: () => {}, warn: () => {}, error: () => {} };
