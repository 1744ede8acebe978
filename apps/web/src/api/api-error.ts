import type { ProblemBody } from '@headwater/contracts/http/common.ts';

/** What the server (or the way to it) answered instead of success. */
export class ApiError extends Error {
  /** The HTTP status; 0 when no answer came at all. */
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly requestId: string | null;
  readonly retryAfterSeconds: number | null;
  readonly fields: Readonly<Record<string, string>>;

  constructor(status: number, body: Partial<ProblemBody>, retryAfterSeconds: number | null = null) {
    super(body.detail ?? body.title ?? `HTTP ${status}`);
    this.name = 'ApiError';
    this.status = status;
    this.code = body.code ?? 'internal';
    this.title = body.title ?? `HTTP ${status}`;
    this.detail = body.detail ?? '';
    this.requestId = body.requestId ?? null;
    this.retryAfterSeconds = retryAfterSeconds;
    this.fields = Object.fromEntries((body.errors ?? []).map((one) => [one.pointer.replace(/^\//, ''), one.detail]));
  }
}

/** True when asking again will not help: the answer was about the request itself. */
export function isFinal(error: unknown): boolean {
  return error instanceof ApiError && error.status >= 400 && error.status < 500;
}

/** The error an answer holds; an answer that is no problem document (a proxy's page) keeps its status. */
export async function errorIn(response: Response): Promise<ApiError> {
  const retryAfter = Number(response.headers.get('retry-after'));
  const seconds = Number.isFinite(retryAfter) && retryAfter > 0 ? retryAfter : null;
  const requestId = response.headers.get('x-request-id') ?? undefined;
  const fallback = { title: `HTTP ${response.status}`, ...(requestId ? { requestId } : {}) };
  if (!(response.headers.get('content-type') ?? '').includes('json')) {
    return new ApiError(response.status, fallback, seconds);
  }
  const body = (await response.json().catch(() => ({}))) as Partial<ProblemBody>;
  return new ApiError(response.status, { ...fallback, ...body }, seconds);
}
