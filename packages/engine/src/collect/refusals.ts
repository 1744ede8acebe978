import { AppError } from '@headwater/core/errors.ts';
import type { TelemetryOutcome } from '../ports/telemetry.ts';

/** An outcome even where a server calls our query malformed or too big: a diagnosis goes on without it. Anything but AppError still throws. */
export async function asOutcome<T>(asked: Promise<TelemetryOutcome<T>>): Promise<TelemetryOutcome<T>> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof AppError) return { state: 'unreachable', message: error.message };
    throw error;
  }
}

/** Whether a text can be a namespace; labels of alerts are foreign text and must not reach a query otherwise. */
export function isNamespace(text: string | undefined): text is string {
  return text !== undefined && /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(text);
}
