import { MINUTE, SECOND } from '@headwater/core/time.ts';
import { about, refusedEvent } from './controller-events.ts';
import { isActive, type RenderedController, type RenderInput, templateOf } from './deployment.ts';
import type { EventDraft } from './events.ts';
import type { KubeJson } from './json.ts';
import { metadata } from './metadata.ts';
import type { Plan, Workload } from './plan.ts';
import type { DraftPod } from './realise.ts';
import type { NumberedRevision } from './workload-names.ts';

/** A StatefulSet, its revisions, and what its controller said. */
export function renderStatefulSet(plan: Plan, workload: Workload, input: RenderInput): RenderedController {
  const { namespace, name } = workload;
  const identity = { apiVersion: 'apps/v1', kind: 'StatefulSet', namespace, name };
  const current = input.revisions.at(-1);
  const previous = input.revisions.at(-2) ?? current;
  const active = input.drafts.filter(({ outcome }) => isActive(outcome));
  const ready = active.filter(({ outcome }) => outcome.ready).length;
  const updated = active.filter(({ revision }) => revision.hash === current?.hash).length;
  const done = updated === workload.replicas && ready === workload.replicas;
  const edits = workload.revisions.length + 1;
  const owner: KubeJson = {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: metadata(plan.scene, identity, {
      created: workload.created,
      changed: workload.changedAt + 20 * SECOND,
      labels: workload.labels,
      annotations: workload.annotations,
      generation: edits,
      writers: [
        {
          manager: workload.manager,
          at: workload.changedAt,
          wrote: { spec: { replicas: 1, template: { spec: { containers: 1 } } } },
        },
        {
          manager: 'kube-controller-manager',
          at: workload.changedAt + 20 * SECOND,
          subresource: 'status',
          wrote: { status: { replicas: 1 } },
        },
      ],
    }),
    spec: {
      persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
      podManagementPolicy: 'OrderedReady',
      replicas: workload.replicas,
      revisionHistoryLimit: 10,
      selector: { matchLabels: workload.selector },
      serviceName: name,
      template: templateOf(workload, current),
      updateStrategy: { rollingUpdate: { partition: 0 }, type: 'RollingUpdate' },
      volumeClaimTemplates: workload.claims,
      ...workload.specExtra,
    },
    status: {
      availableReplicas: ready,
      collisionCount: 0,
      currentReplicas: (done ? updated : active.length - updated) || undefined,
      currentRevision: `${name}-${(done ? current : previous)?.hash}`,
      observedGeneration: edits,
      readyReplicas: ready || undefined,
      replicas: active.length,
      updateRevision: `${name}-${current?.hash}`,
      updatedReplicas: updated || undefined,
    },
  };
  return {
    owner,
    middle: controllerRevisions(plan, workload, { owner, revisions: input.revisions }),
    podMeta: (draft) => ({
      owner,
      generateName: `${name}-`,
      labels: {
        ...workload.podLabels,
        'apps.kubernetes.io/pod-index': draft.frame.name.slice(name.length + 1),
        'controller-revision-hash': `${name}-${draft.revision.hash}`,
        'statefulset.kubernetes.io/pod-name': draft.frame.name,
      },
      annotations: { ...draft.revision.annotations },
    }),
    events: statefulEvents(plan, workload, { owner, drafts: input.drafts }),
  };
}

/** The ControllerRevisions of a StatefulSet or DaemonSet, when it has changed at all. */
export function controllerRevisions(
  plan: Plan,
  workload: Workload,
  history: { owner: KubeJson; revisions: readonly NumberedRevision[] },
): KubeJson[] {
  if (history.revisions.length < 2) return [];
  return history.revisions.map((revision) => {
    const identity = {
      apiVersion: 'apps/v1',
      kind: 'ControllerRevision',
      namespace: workload.namespace,
      name: `${workload.name}-${revision.hash}`,
    };
    return {
      apiVersion: 'apps/v1',
      kind: 'ControllerRevision',
      data: { spec: { template: { $patch: 'replace', ...templateOf(workload, revision) } } },
      metadata: metadata(plan.scene, identity, {
        created: revision.made,
        owner: history.owner,
        labels: { ...workload.podLabels, 'controller.kubernetes.io/hash': revision.hash },
      }),
      revision: revision.number,
    };
  });
}

function statefulEvents(
  plan: Plan,
  workload: Workload,
  view: { owner: KubeJson; drafts: readonly DraftPod[] },
): EventDraft[] {
  const { owner } = view;
  const events = view.drafts.map(
    ({ frame }): EventDraft => ({
      about: about(owner),
      type: 'Normal',
      reason: 'SuccessfulCreate',
      message: `create Pod ${frame.name} in StatefulSet ${workload.name} successful`,
      component: 'statefulset-controller',
      count: 1,
      first: frame.created,
      last: frame.created,
    }),
  );
  if (!workload.refused) return events;
  const refused = refusedEvent(owner, workload.refused, {
    now: Math.min(plan.scene.now, workload.refused.since + 50 * MINUTE),
    component: 'statefulset-controller',
  });
  const pod = `${workload.name}-${view.drafts.length}`;
  return [
    ...events,
    {
      ...refused,
      message: `create Pod ${pod} in StatefulSet ${workload.name} failed error: ${workload.refused.message}`,
    },
  ];
}
