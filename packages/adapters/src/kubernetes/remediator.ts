import { AppError, messageOf } from '@headwater/core/errors.ts';
import { isJsonObject, type JsonObject } from '@headwater/core/json.ts';
import type { ActionTarget, Plan } from '@headwater/core/remediation/plan.ts';
import { formatSubject } from '@headwater/core/subject.ts';
import { formatTime, type Millis } from '@headwater/core/time.ts';
import type { ActionOutcome, Remediator } from '@headwater/engine/ports/remediator.ts';
import { z } from 'zod';
import type { Transport } from '../http/transport.ts';
import { getJson } from './api.ts';
import { connect, type ConnectOptions, resolveAccess } from './connect.ts';

const Target = z.looseObject({
  metadata: z.looseObject({
    name: z.string(),
    uid: z.string(),
    resourceVersion: z.string(),
    annotations: z.record(z.string(), z.string()).optional(),
  }),
});
type Target = z.infer<typeof Target>;

const ReplicaSets = z.looseObject({
  items: z.array(
    z.looseObject({
      metadata: z.looseObject({
        annotations: z.record(z.string(), z.string()).optional(),
        ownerReferences: z.array(z.looseObject({ uid: z.string() })).optional(),
      }),
      spec: z.looseObject({ template: z.looseObject({}) }),
    }),
  ),
});

const PLURALS: Readonly<Record<string, string>> = {
  Deployment: 'deployments',
  StatefulSet: 'statefulsets',
  DaemonSet: 'daemonsets',
  Node: 'nodes',
};
const REVISION = 'deployment.kubernetes.io/revision';

interface Patch {
  readonly contentType: 'application/strategic-merge-patch+json' | 'application/json-patch+json';
  readonly body: unknown;
}

/** Changes a cluster through its API server; the credentials need `get` and `patch` on the target, and `list` on ReplicaSets to roll back. */
export async function openRemediator(options: ConnectOptions): Promise<Remediator & { close(): Promise<void> }> {
  const transport = await connect(resolveAccess(options), options);
  return {
    run: (plan) => run(transport, plan, options.clock()),
    close: () => transport.close(),
  };
}

async function run(transport: Transport, plan: Plan, now: Millis): Promise<ActionOutcome> {
  const path = pathOf(plan.target);
  const patch = await refusable(async () => {
    const target = await readTarget(transport, plan.target, path);
    const change = await patchOf(transport, plan, { target, now });
    await send(transport, { path, patch: change, dryRun: true });
    return change;
  });
  if ('refusal' in patch) return { state: 'refused', statement: patch.refusal };
  const done = await refusable(() => send(transport, { path, patch: patch.value, dryRun: false }));
  if (!('refusal' in done)) return { state: 'done', statement: `${plan.statement}: accepted by the API server` };
  // A refusal with a status changed nothing; without an answer nobody knows.
  return { state: done.answered ? 'refused' : 'unknown', statement: done.refusal };
}

async function refusable<T>(
  work: () => Promise<T>,
): Promise<{ readonly value: T } | { readonly refusal: string; readonly answered: boolean }> {
  try {
    return { value: await work() };
  } catch (error) {
    const answered = error instanceof AppError && error.code !== 'unavailable';
    return { refusal: messageOf(error), answered };
  }
}

function pathOf({ apiVersion, kind, namespace, name }: ActionTarget): string {
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const scope = namespace === undefined ? '' : `/namespaces/${encodeURIComponent(namespace)}`;
  return `${root}${scope}/${PLURALS[kind] ?? kind.toLowerCase()}/${encodeURIComponent(name)}`;
}

async function readTarget(transport: Transport, wanted: ActionTarget, path: string): Promise<Target> {
  const found = Target.parse(await getJson(transport, { path }));
  if (wanted.uid !== undefined && wanted.uid !== found.metadata.uid)
    throw new AppError('conflict', `${formatSubject(wanted)} is another object than the one the plan was made for`);
  return found;
}

interface Moment {
  readonly target: Target;
  readonly now: Millis;
}

async function patchOf(transport: Transport, plan: Plan, { target, now }: Moment): Promise<Patch> {
  const { resourceVersion } = target.metadata;
  const merge = (spec: JsonObject): Patch => ({
    contentType: 'application/strategic-merge-patch+json',
    // The version makes the server refuse when the object changed since it was read.
    body: { metadata: { resourceVersion }, spec },
  });
  switch (plan.action) {
    case 'cordon-node':
      return merge({ unschedulable: true });
    case 'restart-workload':
      return merge({ template: { metadata: { annotations: { 'headwater.dev/restarted-at': formatTime(now) } } } });
    case 'rollback-deployment':
      return {
        contentType: 'application/json-patch+json',
        body: [
          { op: 'test', path: '/metadata/resourceVersion', value: resourceVersion },
          { op: 'replace', path: '/spec/template', value: await templateBefore(transport, plan.target, target) },
        ],
      };
  }
}

async function templateBefore(transport: Transport, wanted: ActionTarget, target: Target): Promise<unknown> {
  const path = `/apis/apps/v1/namespaces/${encodeURIComponent(wanted.namespace ?? '')}/replicasets`;
  const { items } = ReplicaSets.parse(await getJson(transport, { path }));
  const current = Number(target.metadata.annotations?.[REVISION] ?? 0);
  const earlier = items
    .filter(({ metadata }) => metadata.ownerReferences?.some(({ uid }) => uid === target.metadata.uid))
    .map((item) => ({ item, revision: Number(item.metadata.annotations?.[REVISION] ?? 0) }))
    .filter(({ revision }) => revision > 0 && revision < current)
    .sort((left, right) => right.revision - left.revision)[0];
  if (!earlier)
    throw new AppError('precondition', `${formatSubject(wanted)} has no revision before ${current} that is still kept`);
  return withoutHash(earlier.item.spec.template);
}

// The controller adds this label to tell revisions apart; a template that keeps it would never match a new one.
function withoutHash(template: JsonObject): JsonObject {
  const { metadata } = template;
  if (!isJsonObject(metadata) || !isJsonObject(metadata['labels'])) return template;
  const { 'pod-template-hash': _, ...labels } = metadata['labels'];
  return { ...template, metadata: { ...metadata, labels } };
}

async function send(
  transport: Transport,
  { path, patch, dryRun }: { readonly path: string; readonly patch: Patch; readonly dryRun: boolean },
): Promise<void> {
  await getJson(transport, {
    path,
    method: 'PATCH',
    query: { fieldManager: 'headwater', ...(dryRun ? { dryRun: 'All' } : {}) },
    headers: { 'content-type': patch.contentType },
    body: JSON.stringify(patch.body),
  });
}
