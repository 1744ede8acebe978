import { ApiError, errorIn } from './api-error.ts';

const REQUEST_TIMEOUT_MS = 20_000;

// The access token lives in memory alone: a script injected later finds nothing in storage, a reload asks the cookie.
let accessToken: string | null = null;
let renew: (() => Promise<boolean>) | null = null;

/** The token sent with every request; null when signed out. */
export function setAccessToken(token: string | null): void {
  accessToken = token;
}

/** How to get a new token when one has run out; true when there is a new one. */
export function onExpired(handler: () => Promise<boolean>): void {
  renew = handler;
}

export interface RequestOptions {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly query?: Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
  /** False for the sign-in requests themselves: a 401 there is an answer, not an expired token. */
  readonly renews?: boolean;
}

/** A query string in the one order its keys were given, lists joined by commas, empty values left out. */
export function queryText(query: RequestOptions['query'] = {}): string {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    const text = Array.isArray(value) ? value.join(',') : value;
    if (text !== undefined && text !== '') search.set(key, String(text));
  }
  const joined = search.toString();
  return joined === '' ? '' : `?${joined}`;
}

async function send(path: string, options: RequestOptions): Promise<Response> {
  const headers: Record<string, string> = { accept: 'application/json', ...options.headers };
  if (options.body !== undefined) headers['content-type'] = 'application/json';
  if (accessToken) headers['authorization'] = `Bearer ${accessToken}`;
  const timeout = AbortSignal.timeout(REQUEST_TIMEOUT_MS);
  try {
    return await fetch(path + queryText(options.query), {
      method: options.method ?? 'GET',
      headers,
      credentials: 'same-origin',
      body: options.body === undefined ? null : JSON.stringify(options.body),
      signal: options.signal ? AbortSignal.any([options.signal, timeout]) : timeout,
    });
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw new ApiError(0, { code: 'unavailable', title: 'The server does not answer' });
  }
}

/** The raw answer, with an expired token renewed and the request sent once more. */
export async function answerOf(path: string, options: RequestOptions = {}): Promise<Response> {
  const first = await send(path, options);
  if (first.status !== 401 || options.renews === false || !renew) return first;
  return (await renew()) ? send(path, options) : first;
}

/** The parsed body of a successful answer; anything else is thrown as ApiError. */
export async function request<T>(path: string, options: RequestOptions = {}): Promise<T> {
  const response = await answerOf(path, options);
  if (!response.ok) throw await errorIn(response);
  if (response.status === 204) return undefined as T;
  // The server's answers are held to the same contract by its conformance test.
  return (await response.json()) as T;
}

/** An endless answer, for the event stream: no time limit, the caller's signal ends it. */
export async function openStream(
  path: string,
  headers: Record<string, string>,
  signal: AbortSignal,
): Promise<Response> {
  const authorised = accessToken ? { ...headers, authorization: `Bearer ${accessToken}` } : headers;
  const connect = () => fetch(path, { headers: authorised, credentials: 'same-origin', signal, cache: 'no-store' });
  const response = await connect();
  if (response.ok) return response;
  if (response.status === 401 && renew && (await renew())) throw new ApiError(401, { title: 'renewed' });
  throw await errorIn(response);
}
