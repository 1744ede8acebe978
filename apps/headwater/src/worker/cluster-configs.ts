import { AppError } from '@headwater/core/errors.ts';
import type { ClusterEntry } from '../config/cluster-list.ts';
import type { Settings } from '../config/settings.ts';
import type { EndpointFlags } from '../wiring.ts';

/** One cluster to read, as plain data that may cross to another thread. */
export interface ClusterConfig {
  readonly name: string;
  readonly kubeconfig?: string | undefined;
  readonly context?: string | undefined;
  readonly prometheus?: EndpointFlags | undefined;
  readonly loki?: EndpointFlags | undefined;
  readonly tempo?: EndpointFlags | undefined;
  readonly timeoutMs: number;
}

export interface ClusterSurroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Reads the credentials without connecting and gives the cluster's own name; throws AppError saying what is wrong. */
  readonly nameOf: (access: {
    readonly kubeconfig?: string | undefined;
    readonly context?: string | undefined;
    readonly env: Readonly<Record<string, string | undefined>>;
  }) => string;
}

/**
 * The clusters this process shall read. Throws AppError when one that was asked for cannot be: a server that silently read
 * nothing, or something else, would be worse than none. Empty when nothing is configured and we run in no Pod.
 */
export function clusterConfigs(settings: Settings, surroundings: ClusterSurroundings): readonly ClusterConfig[] {
  const { kubernetes } = settings;
  if (kubernetes.clusters.length > 0) {
    if (kubernetes.kubeconfig || kubernetes.context)
      throw new AppError(
        'invalid',
        'HEADWATER_CLUSTERS names the clusters to read; HEADWATER_KUBECONFIG and HEADWATER_KUBE_CONTEXT would name another one',
      );
    return kubernetes.clusters.map((entry) => listed(entry, kubernetes.timeout, surroundings));
  }
  const own = ownName(settings, surroundings);
  if (own === null) return [];
  return [
    {
      name: settings.intake.clusterName ?? own,
      kubeconfig: kubernetes.kubeconfig,
      context: kubernetes.context,
      prometheus: endpoint(settings, 'prometheus'),
      loki: endpoint(settings, 'loki'),
      tempo: endpoint(settings, 'tempo'),
      timeoutMs: kubernetes.timeout,
    },
  ];
}

/** The cluster of alerts that name none. */
export function defaultClusterName(settings: Settings, configs: readonly ClusterConfig[]): string {
  const only = configs.length === 1 ? configs[0]?.name : undefined;
  return settings.intake.clusterName ?? only ?? 'default';
}

function listed(entry: ClusterEntry, timeoutMs: number, { env, nameOf }: ClusterSurroundings): ClusterConfig {
  try {
    nameOf({ kubeconfig: entry.kubeconfig, context: entry.context, env });
  } catch (error) {
    throw refusal(error, `cluster ${JSON.stringify(entry.name)} of HEADWATER_CLUSTERS`);
  }
  return { ...entry, timeoutMs };
}

function ownName({ kubernetes }: Settings, { env, nameOf }: ClusterSurroundings): string | null {
  const { kubeconfig, context } = kubernetes;
  if (kubeconfig || context || env['KUBECONFIG']) {
    try {
      return nameOf({ kubeconfig, context, env });
    } catch (error) {
      throw refusal(error, kubeconfig ? 'HEADWATER_KUBECONFIG' : context ? 'HEADWATER_KUBE_CONTEXT' : 'KUBECONFIG');
    }
  }
  try {
    // What lies in the home directory belongs to a person's shell and was not meant for a server.
    return nameOf({ env: { ...env, HOME: undefined, USERPROFILE: undefined } });
  } catch (error) {
    if (error instanceof AppError && error.code === 'not_found') return null;
    throw refusal(error, 'the service account of this Pod');
  }
}

function refusal(error: unknown, what: string): unknown {
  if (!(error instanceof AppError)) return error;
  return new AppError(error.code, `${what} cannot be used: ${error.message}`, { details: error.details, cause: error });
}

type System = 'prometheus' | 'loki' | 'tempo';

function endpoint({ telemetry }: Settings, system: System): EndpointFlags | undefined {
  const url = telemetry[`${system}Url`];
  if (!url) return undefined;
  const username = telemetry[`${system}Username`];
  return {
    url,
    bearerToken: telemetry[`${system}Token`],
    basic: username ? { username, password: telemetry[`${system}Password`] ?? '' } : undefined,
    tenant: telemetry[`${system}Tenant`],
    caFile: telemetry[`${system}CaFile`],
    certFile: telemetry[`${system}CertFile`],
    keyFile: telemetry[`${system}KeyFile`],
    insecureSkipVerify: telemetry[`${system}Insecure`],
  };
}
