import { SECOND } from '@headwater/core/time.ts';
import { about } from './controller-events.ts';
import { isActive, type RenderedController, type RenderInput, templateOf } from './deployment.ts';
import type { KubeJson } from './json.ts';
import { metadata } from './metadata.ts';
import type { Plan, Workload } from './plan.ts';
import { controllerRevisions } from './stateful-set.ts';

/** A DaemonSet, its revisions, and what its controller said. */
export function renderDaemonSet(plan: Plan, workload: Workload, input: RenderInput): RenderedController {
  const { namespace, name } = workload;
  const current = input.revisions.at(-1);
  const active = input.drafts.filter(({ outcome }) => isActive(outcome));
  const ready = active.filter(({ outcome }) => outcome.ready).length;
  const wanted = plan.nodes.length;
  const edits = workload.revisions.length + 1;
  const owner: KubeJson = {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: metadata(
      plan.scene,
      { apiVersion: 'apps/v1', kind: 'DaemonSet', namespace, name },
      {
        created: workload.created,
        changed: workload.changedAt + 20 * SECOND,
        labels: workload.labels,
        annotations: { 'deprecated.daemonset.template.generation': String(edits), ...workload.annotations },
        generation: edits,
        writers: [
          {
            manager: workload.manager,
            at: workload.changedAt,
            wrote: { spec: { template: { spec: { containers: 1 } } } },
          },
        ],
      },
    ),
    spec: {
      revisionHistoryLimit: 10,
      selector: { matchLabels: workload.selector },
      template: templateOf(workload, current),
      updateStrategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 1 }, type: 'RollingUpdate' },
    },
    status: {
      currentNumberScheduled: active.length,
      desiredNumberScheduled: wanted,
      numberAvailable: ready || undefined,
      numberMisscheduled: 0,
      numberReady: ready,
      numberUnavailable: wanted - ready || undefined,
      observedGeneration: edits,
      updatedNumberScheduled: active.filter(({ revision }) => revision === current).length,
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
        'controller-revision-hash': draft.revision.hash,
        'pod-template-generation': String(edits),
      },
      annotations: { ...draft.revision.annotations },
    }),
    events: input.drafts.map(({ frame }) => ({
      about: about(owner),
      type: 'Normal',
      reason: 'SuccessfulCreate',
      message: `Created pod: ${frame.name}`,
      component: 'daemonset-controller',
      count: 1,
      first: frame.created,
      last: frame.created,
    })),
  };
}
