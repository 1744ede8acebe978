import { type Millis, SECOND } from '@headwater/core/time.ts';
import type { RenderInput } from './deployment.ts';
import type { EventDraft } from './events.ts';
import type { KubeJson } from './json.ts';
import type { Workload } from './plan.ts';
import type { DraftPod } from './realise.ts';

export interface EventInput {
  readonly owner: KubeJson;
  readonly replicaSets: readonly KubeJson[];
  readonly input: RenderInput;
  /** Replicas each ReplicaSet wants, in their order. */
  readonly desired: readonly number[];
  readonly now: Millis;
}

/** What the Deployment and ReplicaSet controllers said. */
export function deploymentEvents(workload: Workload, view: EventInput): EventDraft[] {
  const { owner, replicaSets, input, desired } = view;
  const current = replicaSets.at(-1);
  const old = replicaSets.at(-2);
  const events: EventDraft[] = [];
  const scaled = (target: KubeJson, from: number, to: number, at: Millis): EventDraft => ({
    about: about(owner),
    type: 'Normal',
    reason: 'ScalingReplicaSet',
    message: `Scaled ${to > from ? 'up' : 'down'} replica set ${target.metadata.name} from ${from} to ${to}`,
    component: 'deployment-controller',
    count: 1,
    first: at,
    last: at,
  });
  const kept = desired.at(-2) ?? 0;
  const steps = workload.scales.length === 0 ? (desired.at(-1) ?? 0) : 0;
  for (const step of Array.from({ length: steps }).keys()) {
    if (!current) break;
    const at = workload.changedAt + step * 12 * SECOND;
    events.push(scaled(current, step, step + 1, at));
    const left = workload.replicas - step;
    if (old && left > kept) events.push(scaled(old, left, left - 1, at + 10 * SECOND));
  }
  for (const { from, to, at } of workload.scales) if (current) events.push(scaled(current, from, to, at));
  for (const draft of input.drafts)
    events.push(createdEvent(replicaSets[input.revisions.indexOf(draft.revision)] ?? owner, draft));
  if (current && workload.refused)
    events.push(refusedEvent(current, workload.refused, { now: view.now, component: 'replicaset-controller' }));
  return events;
}

/** The reference an Event makes to an object. */
export function about(object: KubeJson): EventDraft['about'] {
  return {
    apiVersion: object.apiVersion,
    kind: object.kind,
    namespace: object.metadata.namespace,
    name: object.metadata.name,
    uid: object.metadata.uid,
  };
}

function createdEvent(replicaSet: KubeJson, { frame }: DraftPod): EventDraft {
  return {
    about: about(replicaSet),
    type: 'Normal',
    reason: 'SuccessfulCreate',
    message: `Created pod: ${frame.name}`,
    component: 'replicaset-controller',
    count: 1,
    first: frame.created,
    last: frame.created,
  };
}

/** The refusal of a controller's creates, retried after 5 ms and twice as long each time. */
export function refusedEvent(
  controller: KubeJson,
  refused: NonNullable<Workload['refused']>,
  view: { now: Millis; component: string },
): EventDraft {
  const count = Math.max(1, Math.floor(Math.log2((view.now - refused.since) / 5 + 1)));
  return {
    about: about(controller),
    type: 'Warning',
    reason: refused.reason ?? 'FailedCreate',
    message: `Error creating: ${refused.message}`,
    component: view.component,
    count,
    first: refused.since,
    last: refused.since + 5 * (2 ** count - 1),
  };
}
