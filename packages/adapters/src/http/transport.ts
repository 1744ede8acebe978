import { AppError, messageOf } from '@headwater/core/errors.ts';
import { Agent, type Dispatcher, request as undiciRequest } from 'undici';

/** TLS material as PEM text; everything optional. */
export interface TlsOptions {
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  readonly serverName?: string | undefined;
  /** False: accept any server certificate. */
  readonly verify?: boolean | undefined;
}

export interface TransportOptions {
  /** Base address without a trailing slash. */
  readonly url: string;
  /** What error messages call the other side: `Kubernetes API server`, `Prometheus`. */
  readonly peer: string;
  readonly tls?: TlsOptions | undefined;
  /** Sent with each request; called anew so that rotated tokens are seen. */
  readonly headers?: (() => Promise<Readonly<Record<string, string>>>) | undefined;
  readonly timeoutMs: number;
  readonly maxBytes: number;
  /** Connections of the pool; default 16. */
  readonly connections?: number | undefined;
}

export interface Ask {
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>> | undefined;
  readonly method?: 'GET' | 'POST' | 'PATCH';
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
  /** Overrides the transport's time budget; 0 for none (watches). */
  readonly timeoutMs?: number;
}

/** An answered request, whatever its status. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Dispatcher.ResponseData['body'];
}

/** One pooled HTTP client for one server, with a time and a byte budget for every read. */
export interface Transport {
  /** The raw answer, for streams; the caller must consume the body. */
  open(ask: Ask): Promise<Answer>;
  /** The body as text up to the byte budget; throws AppError `limit` beyond it. */
  text(ask: Ask): Promise<{ status: number; text: string; headers: Answer['headers'] }>;
  close(): Promise<void>;
}

/** Opens a transport. Connections are made when first needed. */
export function openTransport(options: TransportOptions): Transport {
  const { tls } = options;
  const agent = new Agent({
    connections: options.connections ?? 16,
    connect: {
      ca: tls?.ca,
      cert: tls?.cert,
      key: tls?.key,
      servername: tls?.serverName,
      rejectUnauthorized: tls?.verify !== false,
      timeout: Math.min(options.timeoutMs, 10_000),
    },
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  const open = async (ask: Ask): Promise<Answer> => {
    const timeoutMs = ask.timeoutMs ?? options.timeoutMs;
    const signals = [ask.signal, timeoutMs > 0 ? AbortSignal.timeout(timeoutMs) : undefined].filter(
      (signal) => signal !== undefined,
    );
    try {
      const { statusCode, headers, body } = await undiciRequest(addressOf(options.url, ask), {
        method: ask.method ?? 'GET',
        headers: { accept: 'application/json', ...(await options.headers?.()), ...ask.headers },
        body: ask.body ?? null,
        dispatcher: agent,
        signal: AbortSignal.any(signals),
      });
      return { status: statusCode, headers, body };
    } catch (error) {
      throw wrap(error, options, timeoutMs);
    }
  };
  return {
    open,
    text: async (ask) => {
      const answer = await open(ask);
      try {
        return { status: answer.status, text: await readCapped(answer.body, options), headers: answer.headers };
      } catch (error) {
        throw wrap(error, options, ask.timeoutMs ?? options.timeoutMs);
      }
    },
    close: () => agent.close(),
  };
}

async function readCapped(body: Answer['body'], { maxBytes, peer, url }: TransportOptions): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    const buffer = Buffer.from(chunk as Uint8Array);
    size += buffer.length;
    if (size > maxBytes) throw new AppError('limit', `${peer} at ${url} answered more than ${maxBytes} bytes`);
    chunks.push(buffer);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function addressOf(base: string, { path, query }: Ask): string {
  const parameters = new URLSearchParams();
  for (const [key, value] of Object.entries(query ?? {})) if (value !== undefined) parameters.set(key, String(value));
  const text = parameters.toString();
  return `${base}${path}${text === '' ? '' : `?${text}`}`;
}

const TLS_CODES: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'its certificate has expired; renew it, or check the clock of this machine',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet; check the clock of this machine',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed; give its CA',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is signed by an unknown authority; give its CA',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate is signed by an unknown authority; give its CA',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate is signed by an unknown authority; give its CA',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host name',
};
const NETWORK_CODES: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused; nothing listens there',
  ENOTFOUND: 'the host name does not resolve',
  EAI_AGAIN: 'the host name could not be resolved just now',
  EHOSTUNREACH: 'no route to the host',
  ENETUNREACH: 'the network is unreachable',
  ETIMEDOUT: 'the connection timed out',
  UND_ERR_CONNECT_TIMEOUT: 'the connection timed out',
  ECONNRESET: 'the connection was reset',
  UND_ERR_SOCKET: 'the connection was closed in the middle of an answer',
};

function wrap(error: unknown, { peer, url }: TransportOptions, timeoutMs: number): AppError {
  if (error instanceof AppError) return error;
  const code = codeOf(error);
  if (error instanceof Error && error.name === 'TimeoutError')
    return new AppError('unavailable', `${peer} at ${url} did not answer within ${timeoutMs} ms`, { cause: error });
  const tls = TLS_CODES[code];
  if (tls)
    return new AppError('unavailable', `cannot trust ${peer} at ${url}: ${tls}`, {
      cause: error,
      retryable: false,
      details: { code },
    });
  return new AppError('unavailable', `cannot reach ${peer} at ${url}: ${NETWORK_CODES[code] ?? messageOf(error)}`, {
    cause: error,
    details: { code },
  });
}

function codeOf(error: unknown): string {
  for (
    let current: unknown = error, depth = 0;
    current instanceof Error && depth < 4;
    current = current.cause, depth++
  ) {
    const { code } = current as { code?: unknown };
    if (typeof code === 'string') return code;
    if (current instanceof AggregateError && current.errors.length > 0) return codeOf(current.errors[0]);
  }
  return '';
}
