import { MINUTE, type Millis, SECOND } from '@headwater/core/time.ts';
import { deploymentEvents } from './controller-events.ts';
import type { EventDraft } from './events.ts';
import type { Json, KubeJson } from './json.ts';
import { metadata, type MetaOptions } from './metadata.ts';
import type { Plan, Workload } from './plan.ts';
import type { PodOutcome } from './pod.ts';
import type { DraftPod } from './realise.ts';
import { stamp } from './scene.ts';
import type { NumberedRevision } from './workload-names.ts';

export interface RenderInput {
  readonly revisions: readonly NumberedRevision[];
  readonly drafts: readonly DraftPod[];
}

export interface RenderedController {
  readonly owner: KubeJson;
  readonly middle: readonly KubeJson[];
  readonly podMeta: (draft: DraftPod) => Omit<MetaOptions, 'created'>;
  readonly events: readonly EventDraft[];
}

/** Whether a pod still counts as a replica. */
export function isActive({ phase, deleted }: PodOutcome): boolean {
  return !deleted && phase !== 'Failed' && phase !== 'Succeeded';
}

interface Tally {
  readonly desired: number;
  readonly active: number;
  readonly ready: number;
}

function tally(input: RenderInput, workload: Workload, revision: NumberedRevision): Tally {
  const active = input.drafts.filter((draft) => draft.revision.hash === revision.hash && isActive(draft.outcome));
  const current = revision === input.revisions.at(-1);
  const ready = active.filter(({ outcome }) => outcome.ready).length;
  return { desired: active.length + (current ? (workload.refused?.count ?? 0) : 0), active: active.length, ready };
}

/** A Deployment, its ReplicaSets, and what their controllers said. */
export function renderDeployment(plan: Plan, workload: Workload, input: RenderInput): RenderedController {
  const identity = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: workload.namespace, name: workload.name };
  const tallies = input.revisions.map((revision) => tally(input, workload, revision));
  const edits = workload.revisions.length + 1 + workload.scales.length;
  const status = deploymentStatus(plan, workload, { input, tallies });
  const spec = {
    progressDeadlineSeconds: 600,
    replicas: workload.replicas,
    revisionHistoryLimit: 10,
    selector: { matchLabels: workload.selector },
    strategy: { rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' }, type: 'RollingUpdate' },
    ...workload.specExtra,
    template: templateOf(workload, input.revisions.at(-1)),
  };
  const owner: KubeJson = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: metadata(plan.scene, identity, {
      created: workload.created,
      changed: Math.max(workload.changedAt, workload.scales.at(-1)?.at ?? 0) + 20 * SECOND,
      labels: workload.labels,
      annotations: {
        ...workload.annotations,
        'deployment.kubernetes.io/revision': String(input.revisions.at(-1)?.number ?? 1),
      },
      generation: edits,
      writers: [
        {
          manager: workload.manager,
          at: workload.changedAt,
          wrote: { spec: { replicas: 1, template: { spec: { containers: 1 } } } },
        },
        ...workload.scales.map(({ manager, at }) => ({
          manager,
          at,
          subresource: 'scale',
          wrote: { spec: { replicas: 1 } },
        })),
        {
          manager: 'kube-controller-manager',
          at: workload.changedAt + 20 * SECOND,
          subresource: 'status',
          wrote: { status: { conditions: 1, replicas: 1 } },
        },
      ],
    }),
    spec,
    status: { observedGeneration: edits, ...status },
  };
  const replicaSets = input.revisions.map((revision, index) =>
    renderReplicaSet(plan, workload, { revision, owner, tally: tallies[index] ?? NONE }),
  );
  const byHash = new Map(input.revisions.map((revision, index) => [revision.hash, replicaSets[index]]));
  return {
    owner,
    middle: replicaSets,
    podMeta: (draft) => ({
      owner: byHash.get(draft.revision.hash),
      generateName: `${workload.name}-${draft.revision.hash}-`,
      labels: { ...workload.podLabels, 'pod-template-hash': draft.revision.hash, ...draft.plan.labels },
      annotations: { ...draft.revision.annotations, ...draft.plan.annotations },
    }),
    events: deploymentEvents(workload, {
      owner,
      replicaSets,
      input,
      desired: tallies.map((count) => count.desired),
      now: plan.scene.now,
    }),
  };
}

const NONE: Tally = { desired: 0, active: 0, ready: 0 };

/** The pod template of a workload at one revision. */
export function templateOf(workload: Workload, revision: NumberedRevision | undefined): Json {
  const annotations = revision?.annotations ?? {};
  return {
    metadata: {
      annotations: Object.keys(annotations).length > 0 ? annotations : undefined,
      labels: workload.podLabels,
    },
    spec: revision?.spec ?? workload.spec,
  };
}

interface ReplicaSetInput {
  readonly revision: NumberedRevision;
  readonly owner: KubeJson;
  readonly tally: Tally;
}

function renderReplicaSet(plan: Plan, workload: Workload, input: ReplicaSetInput): KubeJson {
  const { revision, owner, tally: count } = input;
  const { refused } = workload;
  const failing = refused && count.desired > count.active;
  const hash = { 'pod-template-hash': revision.hash };
  const identity = {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    namespace: workload.namespace,
    name: `${workload.name}-${revision.hash}`,
  };
  const template = templateOf(workload, revision) as { metadata: Json; spec: Json };
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: metadata(plan.scene, identity, {
      created: revision.made,
      changed: Math.max(revision.at, workload.changedAt),
      owner,
      generation: count.desired > 0 ? 1 : 2,
      labels: { ...workload.podLabels, ...hash },
      annotations: {
        'deployment.kubernetes.io/desired-replicas': String(workload.replicas),
        'deployment.kubernetes.io/max-replicas': String(workload.replicas + Math.ceil(workload.replicas / 4)),
        'deployment.kubernetes.io/revision': String(revision.number),
        ...(revision.earlier.length > 0
          ? { 'deployment.kubernetes.io/revision-history': revision.earlier.join(',') }
          : {}),
      },
    }),
    spec: {
      replicas: count.desired,
      selector: { matchLabels: { ...workload.selector, ...hash } },
      template: { metadata: { ...template.metadata, labels: { ...workload.podLabels, ...hash } }, spec: template.spec },
    },
    status: {
      availableReplicas: count.ready || undefined,
      conditions: failing
        ? [
            {
              lastTransitionTime: stamp(refused.since),
              message: refused.message,
              reason: 'FailedCreate',
              status: 'True',
              type: 'ReplicaFailure',
            },
          ]
        : undefined,
      fullyLabeledReplicas: count.active || undefined,
      observedGeneration: count.desired > 0 ? 1 : 2,
      readyReplicas: count.ready || undefined,
      replicas: count.active,
    },
  };
}

function deploymentStatus(
  plan: Plan,
  workload: Workload,
  view: { input: RenderInput; tallies: readonly Tally[] },
): Json {
  const { input, tallies } = view;
  const current = tallies.at(-1) ?? NONE;
  const sum = (field: keyof Tally): number => tallies.reduce((total, count) => total + count[field], 0);
  const ready = sum('ready');
  const maxUnavailable = Math.floor(workload.replicas / 4);
  const available = ready >= workload.replicas - maxUnavailable;
  const complete = current.ready === workload.replicas && sum('active') === workload.replicas;
  const unreadySince = Math.max(
    ...input.drafts.flatMap(({ outcome }) =>
      outcome.conditions.filter(({ type }) => type === 'Ready').map(({ since }) => since),
    ),
    workload.changedAt,
  );
  const { refused } = workload;
  return {
    availableReplicas: ready || undefined,
    conditions: [
      condition('Available', available, {
        reason: available ? 'MinimumReplicasAvailable' : 'MinimumReplicasUnavailable',
        message: available ? 'Deployment has minimum availability.' : 'Deployment does not have minimum availability.',
        since: available ? workload.created + 30 * SECOND : unreadySince,
      }),
      ...(refused
        ? [
            condition('ReplicaFailure', true, {
              reason: 'FailedCreate',
              message: refused.message,
              since: refused.since,
            }),
          ]
        : []),
      progressing(plan, workload, { complete, hash: input.revisions.at(-1)?.hash ?? '' }),
    ],
    readyReplicas: ready || undefined,
    replicas: sum('active') || undefined,
    unavailableReplicas: Math.max(0, sum('desired') - ready) || undefined,
    updatedReplicas: current.active || undefined,
  };
}

function progressing(plan: Plan, workload: Workload, { complete, hash }: { complete: boolean; hash: string }): Json {
  const late = plan.scene.now - workload.changedAt > 10 * MINUTE;
  const progress = workload.progress ?? (complete ? 'complete' : late ? 'deadline-exceeded' : 'progressing');
  const name = `ReplicaSet "${workload.name}-${hash}"`;
  if (progress === 'complete') {
    return condition('Progressing', true, {
      reason: 'NewReplicaSetAvailable',
      message: `${name} has successfully progressed.`,
      since: workload.created,
      updated: workload.changedAt + 25 * SECOND,
    });
  }
  if (progress === 'progressing') {
    return condition('Progressing', true, {
      reason: 'ReplicaSetUpdated',
      message: `${name} is progressing.`,
      since: workload.created,
      updated: workload.changedAt + 2 * SECOND,
    });
  }
  return condition('Progressing', false, {
    reason: 'ProgressDeadlineExceeded',
    message: `${name} has timed out progressing.`,
    since: workload.changedAt + 601 * SECOND,
  });
}

function condition(
  type: string,
  status: boolean,
  fields: { reason: string; message: string; since: Millis; updated?: Millis },
): Json {
  return {
    lastTransitionTime: stamp(fields.since),
    lastUpdateTime: stamp(fields.updated ?? fields.since),
    message: fields.message,
    reason: fields.reason,
    status: status ? 'True' : 'False',
    type,
  };
}
