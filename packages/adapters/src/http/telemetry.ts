import { readFileSync } from 'node:fs';
import { AppError, messageOf } from '@headwater/core/errors.ts';
import { type Ask, openTransport, type Transport } from './transport.ts';

/** How to reach a telemetry server: one shape for Prometheus, Loki and Tempo. */
export interface EndpointOptions {
  /** Base address, path prefix included: `https://mimir.example/prometheus`. */
  readonly url: string;
  readonly bearerToken?: string | undefined;
  readonly basic?: { readonly username: string; readonly password: string } | undefined;
  /** Value of `X-Scope-OrgID`, for multi-tenant Mimir, Loki and Tempo. */
  readonly tenant?: string | undefined;
  readonly caFile?: string | undefined;
  readonly certFile?: string | undefined;
  readonly keyFile?: string | undefined;
  readonly insecureSkipVerify?: boolean | undefined;
  readonly timeoutMs?: number | undefined;
  readonly maxBytes?: number | undefined;
}

const DEFAULT_TIMEOUT_MS = 20_000;
const DEFAULT_MAX_BYTES = 96 * 1024 * 1024;

/** Opens a transport to a telemetry server; `peer` names it in messages. */
export function openEndpoint(options: EndpointOptions, peer: string): Transport {
  if (!/^https?:\/\//.test(options.url))
    throw new AppError('invalid', `${peer} address ${options.url}: expected http:// or https://`);
  const headers = headersOf(options);
  return openTransport({
    url: options.url.replace(/\/+$/, ''),
    peer,
    tls: {
      ca: pem(options.caFile, `${peer} CA file`),
      cert: pem(options.certFile, `${peer} certificate file`),
      key: pem(options.keyFile, `${peer} key file`),
      verify: options.insecureSkipVerify !== true,
    },
    headers: () => Promise.resolve(headers),
    timeoutMs: options.timeoutMs ?? DEFAULT_TIMEOUT_MS,
    maxBytes: options.maxBytes ?? DEFAULT_MAX_BYTES,
  });
}

export type JsonAnswer =
  | { readonly state: 'read'; readonly value: unknown }
  | { readonly state: 'forbidden' | 'unreachable'; readonly message: string };

/** Asks for JSON; refused and unreachable are values, a query the server calls malformed is AppError `invalid` with its words. */
export async function askJson(transport: Transport, ask: Ask, peer: string): Promise<JsonAnswer> {
  try {
    const { status, text } = await transport.text(ask);
    if (status === 401 || status === 403)
      return { state: 'forbidden', message: `${peer} answered ${status}; check its token, password or tenant` };
    const value = parseBody(text);
    if (status >= 200 && status < 300) {
      return value === undefined
        ? { state: 'unreachable', message: `${peer} answered something that is not JSON; is the address right?` }
        : { state: 'read', value };
    }
    const said = saidIn(value) ?? text.slice(0, 200);
    if (status === 400 || status === 422)
      throw new AppError('invalid', `${peer} refused the query: ${said}`, { details: { status } });
    return { state: 'unreachable', message: `${peer} answered ${status}: ${said}` };
  } catch (error) {
    if (error instanceof AppError && (error.code === 'unavailable' || error.code === 'limit'))
      return { state: 'unreachable', message: messageOf(error) };
    throw error;
  }
}

function headersOf({ bearerToken, basic, tenant }: EndpointOptions): Record<string, string> {
  return {
    ...(bearerToken ? { authorization: `Bearer ${bearerToken}` } : {}),
    ...(basic
      ? { authorization: `Basic ${Buffer.from(`${basic.username}:${basic.password}`).toString('base64')}` }
      : {}),
    ...(tenant ? { 'x-scope-orgid': tenant } : {}),
  };
}

function pem(file: string | undefined, what: string): string | undefined {
  if (!file) return undefined;
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new AppError('not_found', `cannot read the ${what} ${file}: ${messageOf(error)}`, { cause: error });
  }
}

function parseBody(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function saidIn(value: unknown): string | null {
  const { error, message } = (value ?? {}) as { error?: unknown; message?: unknown };
  if (typeof error === 'string') return error;
  return typeof message === 'string' ? message : null;
}
