import type { ApiResource } from '@headwater/engine/ports/cluster.ts';
import { openTransport, type Transport } from '../http/transport.ts';

export const PODS: ApiResource = {
  apiVersion: 'v1',
  kind: 'Pod',
  plural: 'pods',
  namespaced: true,
  verbs: ['list', 'watch'],
};
export const SECRETS: ApiResource = { ...PODS, kind: 'Secret', plural: 'secrets' };

/** A transport to a fake API server, for tests. */
export function apiTransport(url: string): Transport {
  return openTransport({ url, peer: 'the Kubernetes API server', timeoutMs: 5_000, maxBytes: 10_000_000 });
}

/** A Pod as a list holds it: without kind and apiVersion. */
export function pod(name: string, version = '1'): object {
  return { metadata: { name, namespace: 'shop', resourceVersion: version } };
}

/** A page of a list. */
export function list(items: readonly object[], resourceVersion: string, token = ''): object {
  return { kind: 'List', metadata: { resourceVersion, continue: token }, items };
}

/** One line of a watch. */
export function event(type: string, object: object): string {
  return `${JSON.stringify({ type, object })}\n`;
}
