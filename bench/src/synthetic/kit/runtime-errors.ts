import type { Utterance } from '@headwater/testkit/world/log-lines.ts';
import type { Plan, Workload } from '@headwater/testkit/world/plan.ts';
import type { Scene } from '@headwater/testkit/world/scene.ts';
import { clusterAddress } from '@headwater/testkit/world/service.ts';
import { type Runtime, runtimeOf } from './runtimes.ts';

/** A call to something by name; `address` is what the name resolves to. */
export interface Callee {
  readonly host: string;
  readonly port: number;
  readonly address: string;
  readonly path?: string;
  readonly scheme?: 'http' | 'https';
}

/** The callee behind a Service of the cluster. */
export function calleeOf(
  plan: Plan,
  service: { namespace: string; name: string },
  port: number,
  path = '/api',
): Callee {
  return { host: service.name, port, address: clusterAddress(plan.scene, service), path };
}

export type Failure =
  | 'connect-timeout'
  | 'read-timeout'
  | 'refused'
  | 'reset'
  | 'no-route'
  | 'no-local-address'
  | 'lookup-timeout'
  | 'no-such-host'
  | 'tls-timeout'
  | 'untrusted'
  | 'expired';

type Words = (callee: Callee, scene: Scene) => string;

const dns = (scene: Scene): string => `${clusterAddress(scene, { namespace: 'kube-system', name: 'kube-dns' })}:53`;

const GO: Readonly<Record<Failure, Words>> = {
  'connect-timeout': ({ address, port }) => `dial tcp ${address}:${port}: i/o timeout`,
  'read-timeout': () => 'context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
  refused: ({ address, port }) => `dial tcp ${address}:${port}: connect: connection refused`,
  reset: ({ address, port }, { cluster }) =>
    `read tcp ${cluster.podNetwork}.1.23:48122->${address}:${port}: read: connection reset by peer`,
  'no-route': ({ address, port }) => `dial tcp ${address}:${port}: connect: no route to host`,
  'no-local-address': ({ address, port }) => `dial tcp ${address}:${port}: connect: cannot assign requested address`,
  'lookup-timeout': ({ host }, scene) =>
    `dial tcp: lookup ${host} on ${dns(scene)}: read udp ${scene.cluster.podNetwork}.1.23:39871->${dns(scene)}: i/o timeout`,
  'no-such-host': ({ host }, scene) => `dial tcp: lookup ${host} on ${dns(scene)}: no such host`,
  'tls-timeout': () => 'net/http: TLS handshake timeout',
  untrusted: () => 'tls: failed to verify certificate: x509: certificate signed by unknown authority',
  expired: () => 'tls: failed to verify certificate: x509: certificate has expired or is not yet valid',
};

const JAVA: Readonly<Record<Failure, Words>> = {
  'connect-timeout': ({ host, address, port, scheme = 'http' }) =>
    `Connect to ${scheme}://${host}:${port} [${host}/${address}] failed: Connect timed out; nested exception is java.net.SocketTimeoutException: Connect timed out`,
  'read-timeout': () => 'Read timed out; nested exception is java.net.SocketTimeoutException: Read timed out',
  refused: ({ host, address, port, scheme = 'http' }) =>
    `Connect to ${scheme}://${host}:${port} [${host}/${address}] failed: Connection refused; nested exception is java.net.ConnectException: Connection refused`,
  reset: () => 'Connection reset; nested exception is java.net.SocketException: Connection reset',
  'no-route': ({ host, address, port, scheme = 'http' }) =>
    `Connect to ${scheme}://${host}:${port} [${host}/${address}] failed: No route to host; nested exception is java.net.NoRouteToHostException: No route to host`,
  'no-local-address': () =>
    'Cannot assign requested address; nested exception is java.net.NoRouteToHostException: Cannot assign requested address',
  'lookup-timeout': ({ host }) =>
    `${host}: Temporary failure in name resolution; nested exception is java.net.UnknownHostException: ${host}: Temporary failure in name resolution`,
  'no-such-host': ({ host }) =>
    `${host}: Name or service not known; nested exception is java.net.UnknownHostException: ${host}: Name or service not known`,
  'tls-timeout': () => 'Read timed out; nested exception is java.net.SocketTimeoutException: Read timed out',
  untrusted: () =>
    'javax.net.ssl.SSLHandshakeException: PKIX path building failed: sun.security.provider.certpath.SunCertPathBuilderException: unable to find valid certification path to requested target',
  expired: () =>
    'javax.net.ssl.SSLHandshakeException: PKIX path validation failed: java.security.cert.CertPathValidatorException: validity check failed',
};

const NEW_CONNECTION =
  "NewConnectionError('<urllib3.connection.HTTPConnection object at 0x7f1c2d4e8b50>: Failed to establish a new connection: ";

const UNVERIFIED = "SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: ";

const PYTHON: Readonly<Record<Failure, Words>> = {
  'connect-timeout': ({ host }) =>
    `ConnectTimeoutError(<urllib3.connection.HTTPConnection object at 0x7f1c2d4e8b50>, 'Connection to ${host} timed out. (connect timeout=5)')`,
  'read-timeout': ({ host, port }) =>
    `ReadTimeoutError("HTTPConnectionPool(host='${host}', port=${port}): Read timed out. (read timeout=10)")`,
  refused: () => `${NEW_CONNECTION}[Errno 111] Connection refused')`,
  reset: () => "ProtocolError('Connection aborted.', ConnectionResetError(104, 'Connection reset by peer'))",
  'no-route': () => `${NEW_CONNECTION}[Errno 113] No route to host')`,
  'no-local-address': () => `${NEW_CONNECTION}[Errno 99] Cannot assign requested address')`,
  'lookup-timeout': () => `${NEW_CONNECTION}[Errno -3] Temporary failure in name resolution')`,
  'no-such-host': () => `${NEW_CONNECTION}[Errno -2] Name or service not known')`,
  'tls-timeout': () => "SSLError(TimeoutError('_ssl.c:989: The handshake operation timed out'))",
  untrusted: () => `${UNVERIFIED}unable to get local issuer certificate (_ssl.c:1028)'))`,
  expired: () => `${UNVERIFIED}certificate has expired (_ssl.c:1028)'))`,
};

const NODE: Readonly<Record<Failure, Words>> = {
  'connect-timeout': ({ address, port }) => `connect ETIMEDOUT ${address}:${port}`,
  'read-timeout': () => 'timeout of 10000ms exceeded',
  refused: ({ address, port }) => `connect ECONNREFUSED ${address}:${port}`,
  reset: () => 'read ECONNRESET',
  'no-route': ({ address, port }) => `connect EHOSTUNREACH ${address}:${port}`,
  'no-local-address': ({ address, port }) => `connect EADDRNOTAVAIL ${address}:${port} - Local (0.0.0.0:0)`,
  'lookup-timeout': ({ host }) => `getaddrinfo EAI_AGAIN ${host}`,
  'no-such-host': ({ host }) => `getaddrinfo ENOTFOUND ${host}`,
  'tls-timeout': () => 'timeout of 10000ms exceeded',
  untrusted: () => 'unable to verify the first certificate',
  expired: () => 'certificate has expired',
};

const WORDS = { go: GO, java: JAVA, python: PYTHON, node: NODE } as const;

interface FailedCall {
  readonly callee: Callee;
  readonly failure: Failure;
}

/** What a runtime's library says of a call that fails on the way. */
export function errorText(scene: Scene, runtime: Runtime, { callee, failure }: FailedCall): string {
  const words = WORDS[runtime][failure](callee, scene);
  if (runtime !== 'python') return words;
  const { host, port, path = '/api', scheme = 'http' } = callee;
  return `HTTP${scheme === 'https' ? 'S' : ''}ConnectionPool(host='${host}', port=${port}): Max retries exceeded with url: ${path} (Caused by ${words})`;
}

/** What a runtime writes when a call fails on the way, wrapped as its usual HTTP client wraps it. */
export function failureText(scene: Scene, runtime: Runtime, call: FailedCall): string {
  const { host, port, path = '/api', scheme = 'http' } = call.callee;
  const standard = port === (scheme === 'https' ? 443 : 80);
  const url = `${scheme}://${host}${standard ? '' : `:${port}`}${path}`;
  const error = errorText(scene, runtime, call);
  switch (runtime) {
    case 'go':
      return `Post "${url}": ${error}`;
    case 'java':
      return `I/O error on POST request for "${url}": ${error}`;
    case 'python':
      return error;
    case 'node':
      return `request to ${url} failed, reason: ${error}`;
  }
}

/** An error line of a workload about a failed call, in its own runtime's words. */
export function callFailed(scene: Scene, workload: Workload, call: FailedCall): () => Utterance {
  const text = failureText(scene, runtimeOf(workload), call);
  const lead = scene.random.pick(`lead/${workload.name}`, [
    'request failed: ',
    `call to ${call.callee.host} failed: `,
    'upstream call failed: ',
  ]);
  return () => ({ level: 'error', message: `${lead}${text}`, fields: { status: 502 } });
}
