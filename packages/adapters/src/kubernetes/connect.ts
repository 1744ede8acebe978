import { delimiter } from 'node:path';
import { AppError } from '@headwater/core/errors.ts';
import { openTransport, type Transport } from '../http/transport.ts';
import { assertCertificateValid, openCredentials, type Surroundings } from './credentials.ts';
import { type ClusterAccess, inClusterAccess, parseKubeconfig, readKubeconfig, readKubeconfigs } from './kubeconfig.ts';

export interface ConnectOptions extends Surroundings {
  readonly kubeconfig?: string | undefined;
  /** A kubeconfig as text, in place of a file. */
  readonly kubeconfigText?: string | undefined;
  readonly context?: string | undefined;
  /** Budget of one read in milliseconds and bytes. */
  readonly timeoutMs?: number | undefined;
  readonly maxBytes?: number | undefined;
  readonly connections?: number | undefined;
}

export const DEFAULT_TIMEOUT_MS = 30_000;
/** A page of 500 large Pods is about 5 MB; ten times that is no longer a page. */
export const DEFAULT_MAX_BYTES = 64 * 1024 * 1024;

/** Finds the cluster to talk to: the given kubeconfig, `KUBECONFIG`, the service account of a Pod, `~/.kube/config`. */
export function resolveAccess({ kubeconfig, kubeconfigText, context, env }: ConnectOptions): ClusterAccess {
  if (kubeconfigText) return parseKubeconfig(kubeconfigText, 'the given kubeconfig', context);
  if (kubeconfig) return readKubeconfig(kubeconfig, context);
  const listed = (env['KUBECONFIG'] ?? '').split(delimiter).filter((path) => path !== '');
  if (listed.length > 0) return readKubeconfigs(listed, context);
  const inside = context ? null : inClusterAccess(env);
  if (inside) return inside;
  const home = env['HOME'] ?? env['USERPROFILE'];
  if (!home) throw new AppError('not_found', 'no cluster is configured: set KUBECONFIG or give --kubeconfig FILE');
  return readKubeconfig(`${home}/.kube/config`, context);
}

/** A transport to the cluster with its credentials. Throws AppError `unauthenticated` for an expired client certificate. */
export async function connect(access: ClusterAccess, options: ConnectOptions): Promise<Transport> {
  const credentials = openCredentials(access, options);
  const issued = await credentials.certificate();
  const cert = issued?.cert ?? access.cert;
  if (cert) assertCertificateValid(cert, `context ${access.name}`, options.clock());
  return openTransport({
    url: access.server,
    peer: 'the Kubernetes API server',
    tls: { ca: access.ca, cert, key: issued?.key ?? access.key, serverName: access.serverName, verify: access.verify },
    headers: credentials.headers,
    timeoutMs: options.timeoutMs ?? DEFAULT_TIMEOUT_MS,
    maxBytes: options.maxBytes ?? DEFAULT_MAX_BYTES,
    connections: options.connections,
  });
}
