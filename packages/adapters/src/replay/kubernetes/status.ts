import { AppError, type ErrorCode, messageOf } from '@headwater/core/errors.ts';
import { jsonResponse, type ReplayResponse } from '../route-group.ts';

/** The part of a metav1.Status that says what went wrong. */
export interface Failure {
  readonly code: number;
  readonly reason: string;
  readonly message: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

const CODES: Readonly<Record<number, ErrorCode>> = {
  400: 'invalid',
  403: 'forbidden',
  404: 'not_found',
  405: 'invalid',
  409: 'conflict',
  410: 'precondition',
  415: 'invalid',
  422: 'invalid',
  429: 'limit',
  500: 'internal',
  503: 'unavailable',
  504: 'unavailable',
};

/** An error that becomes a metav1.Status with exactly this code, reason and message. */
export function apiError(failure: Failure): AppError {
  return new AppError(CODES[failure.code] ?? 'internal', failure.message, { details: { failure } });
}

/** A metav1.Status as the API server answers it on failure. */
export function statusObject({ code, reason, message, details }: Failure): Record<string, unknown> {
  const status = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason };
  return { ...status, ...(details ? { details } : {}), code };
}

/** The failure a thrown error stands for. */
export function failureOf(error: unknown): Failure {
  const failure = error instanceof AppError ? error.details['failure'] : undefined;
  if (failure !== undefined) return failure as Failure;
  const tooLarge = error instanceof AppError && error.code === 'limit';
  if (tooLarge) return { code: 413, reason: 'RequestEntityTooLarge', message: messageOf(error) };
  return { code: 500, reason: 'InternalError', message: `Internal error occurred: ${messageOf(error)}` };
}

/** The answer to a request that failed. */
export function failureResponse(error: unknown): ReplayResponse {
  const failure = failureOf(error);
  return jsonResponse(failure.code, statusObject(failure));
}

/** The failure of asking for an object that does not exist; the resource as `pods` or `deployments.apps`. */
export function notFound(resource: string, name: string): AppError {
  const [kind = '', ...group] = resource.split('.');
  return apiError({
    code: 404,
    reason: 'NotFound',
    message: `${resource} "${name}" not found`,
    details: { name, ...(group.length > 0 ? { group: group.join('.') } : {}), kind },
  });
}

/** The failure of a request that makes no sense. */
export function badRequest(message: string): AppError {
  return apiError({ code: 400, reason: 'BadRequest', message });
}

/** The failure of reading from a point in history that is gone. */
export function expired(message: string): AppError {
  return apiError({ code: 410, reason: 'Expired', message });
}
