import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';

// Annotations and fields that controllers keep for themselves.
const BOOKKEEPING =
  /last-applied-configuration|deployment\.kubernetes\.io\/|control-plane\.alpha\.kubernetes\.io\/leader|autoscaling\.alpha\.kubernetes\.io\/|volume\.(?:beta\.)?kubernetes\.io\/|projectcalico\.org\/|node\.alpha\.kubernetes\.io\/|csi\.volume\.kubernetes\.io\/|reconcile\.fluxcd\.io\/|argocd\.argoproj\.io\/refresh/;

/** Whether a path of an object holds what a controller notes for itself, and nothing that somebody decided. */
export function isBookkeeping(path: string): boolean {
  return BOOKKEEPING.test(path);
}

/** What somebody decides about an object: everything but its status and the server's own metadata. */
export function decidedContent(object: KubeObject): Record<string, unknown> {
  const { apiVersion: _version, kind: _kind, metadata, status, ...rest } = object;
  const health = object.kind === 'Node' ? { conditions: nodeConditions(status) } : {};
  return {
    ...rest,
    ...health,
    metadata: { labels: metadata.labels, annotations: metadata.annotations, finalizers: metadata.finalizers },
  };
}

/** What may differ when the decided content does, as one text: cheap to make, and changed at least as often. */
export function contentText(object: KubeObject): string {
  const { apiVersion, kind, metadata, status, ...rest } = object;
  const { labels, annotations, finalizers } = metadata;
  const health = kind === 'Node' ? nodeConditions(status) : null;
  return JSON.stringify([apiVersion, labels, annotations, finalizers, rest, health]);
}

/** A Node's conditions as type and status, without the times that move with every heartbeat. */
export function nodeConditions(status: unknown): Record<string, unknown> {
  const conditions = (status as { conditions?: unknown } | undefined)?.conditions;
  if (!Array.isArray(conditions)) return {};
  return Object.fromEntries(
    conditions.map((condition: { type?: unknown; status?: unknown }) => [String(condition.type), condition.status]),
  );
}
