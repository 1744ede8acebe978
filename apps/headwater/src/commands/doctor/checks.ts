import { messageOf } from '@headwater/core/errors.ts';
import { MINUTE } from '@headwater/core/time.ts';
import { kindsToRead } from '@headwater/engine/collect/kinds-to-read.ts';
import { inParallel } from '@headwater/engine/collect/in-parallel.ts';
import type { ClusterSources } from '@headwater/engine/collect/from-cluster.ts';
import type { ApiResource, ClusterReader } from '@headwater/engine/ports/cluster.ts';
import { type ClusterFlags, openSources } from '../../cli/cluster-options.ts';
import type { CommandContext } from '../../cli/context.ts';

/** One thing checked; `gap` costs visibility, `failed` stops the work. */
export interface Check {
  readonly id: string;
  readonly state: 'ok' | 'gap' | 'failed';
  readonly what: string;
  /** How to mend it; null when nothing is wrong. */
  readonly mend: string | null;
}

type DoctorFlags = ClusterFlags & { readonly namespace?: string };

/** Runs every check; a failed one ends those that need it. */
export async function runChecks(
  { io, wiring }: CommandContext,
  flags: DoctorFlags,
  say: (text: string) => void,
): Promise<Check[]> {
  say('Reading the configuration');
  let sources: Awaited<ReturnType<typeof openSources>>;
  try {
    sources = await openSources(wiring, io, flags);
  } catch (error) {
    return [
      failed(
        'config',
        messageOf(error),
        'Set KUBECONFIG or give --kubeconfig FILE and --context NAME; run `kubectl config view` to see what there is.',
      ),
    ];
  }
  try {
    const found = [
      ok('config', `Using cluster ${sources.cluster.name}`),
      ...(await checkCluster(sources.cluster, flags.namespace, say)),
    ];
    say('Asking the telemetry servers');
    return [...found, ...(await checkTelemetry(sources, io.now()))];
  } finally {
    await sources.close();
  }
}

async function checkCluster(
  cluster: ClusterReader,
  namespace: string | undefined,
  say: (text: string) => void,
): Promise<Check[]> {
  say('Reaching the cluster');
  let version: string;
  try {
    version = await cluster.version();
  } catch (error) {
    return [
      failed(
        'cluster',
        messageOf(error),
        'Check the address, the network and the credentials: `kubectl version` with the same kubeconfig must work.',
      ),
    ];
  }
  const { resources, failed: silent } = await cluster.resources();
  const groups = silent.map((group) =>
    gap(
      `api-group/${group}`,
      `The API group ${group} does not answer discovery`,
      `Look at its APIService: kubectl get apiservice | grep ${group.split('/')[0]}`,
    ),
  );
  say('Asking for rights');
  return [
    ok('cluster', `Reached Kubernetes ${version}`),
    ...groups,
    ...(await checkRights(cluster, resources, namespace)),
  ];
}

async function checkRights(
  cluster: ClusterReader,
  resources: readonly ApiResource[],
  namespace: string | undefined,
): Promise<Check[]> {
  const wanted = kindsToRead(resources).resources.filter(({ namespaced }) => namespace === undefined || namespaced);
  const denied = await inParallel(
    wanted,
    8,
    async (resource): Promise<ApiResource | null> =>
      (await cluster.allowed('list', resource, namespace)) ? null : resource,
  );
  const missing = denied.filter((resource) => resource !== null);
  const podLog: ApiResource = { apiVersion: 'v1', kind: 'Pod', plural: 'pods/log', namespaced: true, verbs: ['get'] };
  const logs = await cluster.allowed('get', podLog, namespace);
  const where = namespace ? ` in ${namespace}` : ' over the whole cluster';
  const kinds =
    missing.length === 0
      ? ok('rbac/list', `May list all ${wanted.length} kinds it reads${where}`)
      : gap(
          'rbac/list',
          `May not list ${missing.length} of ${wanted.length} kinds${where}: ${missing.map(({ kind }) => kind).join(', ')}`,
          `Grant it with a ClusterRole:\n${clusterRole(missing)}`,
        );
  const logCheck = logs
    ? ok('rbac/logs', `May read container logs${where}`)
    : gap(
        'rbac/logs',
        `May not read container logs${where}`,
        'Grant `get` on `pods/log`; without it crashes are explained by exit code and events alone.',
      );
  return [kinds, logCheck];
}

/** Rules that would grant listing and watching these kinds, as YAML people can paste. */
export function clusterRole(resources: readonly ApiResource[]): string {
  const groups = Map.groupBy(resources, ({ apiVersion }) =>
    apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '',
  );
  return [...groups]
    .map(
      ([group, list]) =>
        `- apiGroups: ["${group}"]\n  resources: [${list.map(({ plural }) => plural).join(', ')}]\n  verbs: [get, list, watch]`,
    )
    .join('\n');
}

async function checkTelemetry({ metrics, logArchive, traces }: ClusterSources, now: number): Promise<Check[]> {
  const window = { from: now - 5 * MINUTE, to: now };
  return [
    await telemetry('prometheus', metrics && (() => metrics.range('up', window, 60)), 'HEADWATER_PROMETHEUS_URL'),
    await telemetry(
      'loki',
      logArchive && (() => logArchive.range('{namespace=~".+"}', window, 1)),
      'HEADWATER_LOKI_URL',
    ),
    await telemetry('tempo', traces && (() => traces.search({ tags: {}, window, limit: 1 })), 'HEADWATER_TEMPO_URL'),
  ];
}

async function telemetry(
  name: string,
  ask: (() => Promise<{ state: string; message?: string }>) | undefined,
  variable: string,
): Promise<Check> {
  if (!ask) return gap(name, `${name} is not configured`, `Set ${variable}, or give --${name} URL.`);
  try {
    const { state, message } = await ask();
    return state === 'read'
      ? ok(name, `${name} answers`)
      : gap(name, message ?? state, `Check ${variable} and its credentials.`);
  } catch (error) {
    return gap(name, messageOf(error), `Check ${variable} and its credentials.`);
  }
}

function ok(id: string, what: string): Check {
  return { id, state: 'ok', what, mend: null };
}

function gap(id: string, what: string, mend: string): Check {
  return { id, state: 'gap', what, mend };
}

function failed(id: string, what: string, mend: string): Check {
  return { id, state: 'failed', what, mend };
}
