import type { Millis } from '@headwater/core/time.ts';
import { type Complaint, complaining } from '@headwater/testkit/world/caller-logs.ts';
import type { Plan, Workload } from '@headwater/testkit/world/plan.ts';
import type { Scene } from '@headwater/testkit/world/scene.ts';
import { clusterAddress } from '@headwater/testkit/world/service.ts';
import { requestsAround } from './spans.ts';

/** How a call failed, before the caller's runtime puts it in its own words. */
export type CallFailure = 'refused' | 'timeout' | 'unknown-host' | 'untrusted' | 'expired';

export interface CallTarget {
  readonly namespace: string;
  readonly name: string;
  readonly port: number;
}

type Wording = (scene: Scene, target: CallTarget) => string;

const GO: Record<CallFailure, Wording> = {
  refused: (scene, target) => `dial tcp ${clusterAddress(scene, target)}:${target.port}: connect: connection refused`,
  timeout: (scene, target) => `dial tcp ${clusterAddress(scene, target)}:${target.port}: i/o timeout`,
  'unknown-host': (scene, { name }) =>
    `dial tcp: lookup ${name} on ${clusterAddress(scene, { namespace: 'kube-system', name: 'kube-dns' })}:53: no such host`,
  untrusted: () => 'tls: failed to verify certificate: x509: certificate signed by unknown authority',
  expired: () => 'tls: failed to verify certificate: x509: certificate has expired or is not yet valid',
};

const JAVA: Record<CallFailure, Wording> = {
  refused: () => 'java.net.ConnectException: Connection refused',
  timeout: () => 'java.net.SocketTimeoutException: Connect timed out',
  'unknown-host': (_scene, { name }) => `java.net.UnknownHostException: ${name}`,
  untrusted: () =>
    'javax.net.ssl.SSLHandshakeException: PKIX path building failed: sun.security.provider.certpath.SunCertPathBuilderException: unable to find valid certification path to requested target',
  expired: () =>
    'javax.net.ssl.SSLHandshakeException: PKIX path validation failed: java.security.cert.CertPathValidatorException: validity check failed',
};

const PYTHON: Record<CallFailure, Wording> = {
  refused: (_scene, target) =>
    pool(target, 'NewConnectionError', 'Failed to establish a new connection: [Errno 111] Connection refused'),
  timeout: (_scene, target) =>
    pool(target, 'ConnectTimeoutError', `Connection to ${target.name} timed out. (connect timeout=5)`),
  'unknown-host': (_scene, target) =>
    pool(target, 'NameResolutionError', `Failed to resolve '${target.name}' ([Errno -2] Name or service not known)`),
  untrusted: (_scene, target) => ssl(target, 'unable to get local issuer certificate'),
  expired: (_scene, target) => ssl(target, 'certificate has expired'),
};

const NODE: Record<CallFailure, Wording> = {
  refused: (scene, target) => `connect ECONNREFUSED ${clusterAddress(scene, target)}:${target.port}`,
  timeout: (scene, target) => `connect ETIMEDOUT ${clusterAddress(scene, target)}:${target.port}`,
  'unknown-host': (_scene, { name }) => `getaddrinfo ENOTFOUND ${name}`,
  untrusted: () => 'unable to verify the first certificate',
  expired: () => 'certificate has expired',
};

function pool({ name, port }: CallTarget, error: string, words: string): string {
  return `HTTPConnectionPool(host='${name}', port=${port}): Max retries exceeded (Caused by ${error}("<urllib3.connection.HTTPConnection object at 0x7f3c1a2b5d90>: ${words}"))`;
}

function ssl({ name, port }: CallTarget, words: string): string {
  return `HTTPSConnectionPool(host='${name}', port=${port}): Max retries exceeded (Caused by SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: ${words} (_ssl.c:1028)')))`;
}

/** What a workload's runtime says about a call that failed. */
export function callError(scene: Scene, caller: Workload, call: { target: CallTarget; failure: CallFailure }): string {
  const words = { spring: JAVA, python: PYTHON, pino: NODE, json: GO, logfmt: GO, quiet: GO }[caller.logStyle];
  return words[call.failure](scene, call.target);
}

export interface FailingCalls {
  readonly target: CallTarget;
  readonly failure: CallFailure;
  readonly since: Millis;
  readonly path?: string;
  /** Default: https where the failure is one of TLS, else http. */
  readonly scheme?: 'http' | 'https';
  /** Seconds between complaints; default 30. */
  readonly every?: number;
}

/** One complaint about calls that fail, in the words of the caller's runtime. */
export function callComplaint(scene: Scene, caller: Workload, call: FailingCalls): Complaint {
  const tls = call.failure === 'untrusted' || call.failure === 'expired';
  const { target, path = '/items', scheme = tls ? 'https' : 'http' } = call;
  const url = `${scheme}://${target.name}:${target.port}${path}`;
  const error = callError(scene, caller, call);
  const message = {
    spring: `I/O error on POST request for "${url}": ${error}`,
    python: `request to ${target.name} failed: ${error}`,
    pino: `request to ${url} failed, reason: ${error}`,
    json: `call to ${target.name} failed: Post "${url}": ${error}`,
    logfmt: `call to ${target.name} failed: Post "${url}": ${error}`,
    quiet: `call to ${target.name} failed: Post "${url}": ${error}`,
  }[caller.logStyle];
  return {
    since: call.since,
    every: call.every ?? 30,
    say: () => ({ level: 'error', message, fields: { status: 502 } }),
  };
}

/** Lets a caller log that its calls to a Service fail. */
export function callsFail(plan: Plan, caller: Workload, call: FailingCalls): void {
  complaining(plan, caller, { complaints: [callComplaint(plan.scene, caller, call)] });
}

/** As `callsFail`, with the spans an SDK makes of calls whose handshake fails: the callee has none. */
export function tlsFails(plan: Plan, caller: Workload, call: FailingCalls): void {
  const { target, path = '/items' } = call;
  callsFail(plan, caller, call);
  const error = callError(plan.scene, caller, call);
  requestsAround(plan, call.since, (faulty) => ({
    legs: [{ workload: caller, operation: 'POST /', own: 11, error: faulty ? 'call failed' : undefined }],
    outward: {
      name: 'POST',
      took: 7,
      attributes: { 'server.address': target.name, 'server.port': String(target.port), 'url.path': path },
      error: faulty ? error : undefined,
    },
  }));
}
