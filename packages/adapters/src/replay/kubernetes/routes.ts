import type { RecordingSource } from '@headwater/engine/ports/recording.ts';
import { jsonResponse, type ReplayRequest, type ReplayResponse, type RouteGroup } from '../route-group.ts';
import type { ReplayTime } from '../time.ts';
import { apiGroup, coreVersions, groupList, resourceList } from './discovery.ts';
import { playJournal } from './journal.ts';
import { pager } from './list.ts';
import { type Api, resourceRequest } from './requests.ts';
import { buildState, storageName } from './state.ts';
import { apiError, failureResponse } from './status.ts';

export interface KubernetesOptions {
  /** Milliseconds between watch bookmarks; the API server sends one a minute. */
  readonly bookmarkEvery?: number;
}

/** The Kubernetes API of a recording, at the root of the server. */
export async function kubernetesRoutes(
  source: RecordingSource,
  time: ReplayTime,
  options: KubernetesOptions = {},
): Promise<RouteGroup> {
  const state = await buildState(source, time);
  const api: Api = { state, pages: pager(state.store), bookmarkEvery: options.bookmarkEvery ?? 60_000 };
  const stopping = new AbortController();
  const storage = ({ apiVersion, kind }: { apiVersion: string; kind: string }): string | undefined => {
    const resource = state.catalog.of(apiVersion, kind);
    return resource && storageName(resource);
  };
  void playJournal({ steps: state.steps, store: state.store, time, storage }, stopping.signal);
  return {
    prefix: '',
    handle: async (request) => {
      try {
        return general(api, request) ?? (await resourceRequest(api, request));
      } catch (error) {
        return failureResponse(error);
      }
    },
    close: () => stopping.abort(),
  };
}

function general({ state }: Api, { path, method, headers }: ReplayRequest): ReplayResponse | null {
  if (method !== 'GET') return null;
  const parts = path.split('/').filter((part) => part !== '');
  const [root, first = '', second] = parts;
  if (path === '/version') return jsonResponse(200, versionInfo(state.source.manifest.cluster.version ?? 'v1.34.0'));
  if (/^\/(healthz|livez|readyz)$/.test(path))
    return { status: 200, headers: { 'content-type': 'text/plain' }, body: 'ok' };
  if (root === 'api' && parts.length === 1) return jsonResponse(200, coreVersions(headers.host ?? ''));
  if (root === 'apis' && parts.length === 1) return jsonResponse(200, groupList(state.catalog));
  if (root === 'apis' && parts.length === 2) return found(apiGroup(state.catalog, first));
  if (root === 'api' && parts.length === 2)
    return found(first === 'v1' ? resourceList(state.catalog, '', 'v1') : undefined);
  if (root === 'apis' && parts.length === 3) return found(resourceList(state.catalog, first, second ?? ''));
  return null;
}

function found(answer: unknown): ReplayResponse {
  if (answer !== undefined) return jsonResponse(200, answer);
  throw apiError({ code: 404, reason: 'NotFound', message: 'the server could not find the requested resource' });
}

function versionInfo(gitVersion: string): unknown {
  const [, major = '1', minor = '34'] = /^v?(\d+)\.(\d+)/.exec(gitVersion) ?? [];
  return {
    major,
    minor,
    gitVersion,
    gitCommit: '',
    gitTreeState: 'clean',
    buildDate: '1970-01-01T00:00:00Z',
    goVersion: '',
    compiler: '',
    platform: 'replay',
  };
}
