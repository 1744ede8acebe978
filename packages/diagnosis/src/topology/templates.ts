import { isKnownKind, type KubeObject, type ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import type { PodSpec } from '@headwater/contracts/kube/pod.ts';
import type { Labels } from '@headwater/core/kube/selector.ts';
import type { Subject } from '@headwater/core/subject.ts';
import { readField } from '../snapshot/field.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { Components } from './components.ts';
import { indexLabels, type LabelIndex } from './label-index.ts';

/** The pod specification a component runs, with where it stands, ready to cite. */
export interface TemplateView {
  readonly component: Subject;
  readonly namespace: string;
  /** The object that carries the specification: the workload, or a Pod when no workload was read. */
  readonly object: KubeObject;
  /** Field path of the pod spec in `object`: `spec.template.spec`, or `spec` for a Pod. */
  readonly path: string;
  readonly labels: Labels;
  readonly spec: PodSpec;
}

export interface TemplateIndex extends LabelIndex<TemplateView> {
  /** The specifications of a component; more than one when an operator's object owns several workloads. */
  ofComponent(subject: Subject): readonly TemplateView[];
  /** Components in canonical order. */
  readonly components: readonly Subject[];
}

/** Indexes one pod specification per workload, so that no later step needs to read every Pod's. */
export function indexTemplates(snapshot: Snapshot, components: Components): TemplateIndex {
  const views: TemplateView[] = [];
  // By vertex: equal ones are identical.
  const byComponent = new Map<Subject, TemplateView[]>();
  const add = (object: KubeObject, path: string): void => {
    const view = viewOf(object, path, components);
    if (!view) return;
    views.push(view);
    const list = byComponent.get(view.component);
    if (list) list.push(view);
    else byComponent.set(view.component, [view]);
  };
  for (const { object, path } of carriers(snapshot)) add(object, path);
  for (const pod of snapshot.objects.list('Pod')) {
    if (!byComponent.has(components.ofObject(pod))) add(pod, 'spec');
  }
  const labels = indexLabels(views, (view) => view);
  return {
    ...labels,
    ofComponent: (subject) => byComponent.get(components.of(subject)) ?? [],
    components: [...byComponent.values()].flatMap(([view]) => (view ? [view.component] : [])),
  };
}

function* carriers(snapshot: Snapshot): Iterable<{ object: KubeObject; path: string }> {
  for (const kind of ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicationController']) {
    for (const object of snapshot.objects.list(kind)) yield { object, path: 'spec.template.spec' };
  }
  for (const object of snapshot.objects.list('CronJob')) yield { object, path: 'spec.jobTemplate.spec.template.spec' };
  for (const kind of ['ReplicaSet', 'Job']) {
    for (const object of snapshot.objects.list(kind)) {
      const parent = snapshot.owners.parent(object);
      // An old ReplicaSet's template says nothing about what its Deployment wants now.
      if (!parent || !snapshot.objects.find(parent)) yield { object, path: 'spec.template.spec' };
    }
  }
  for (const kind of snapshot.objects.kinds()) {
    if (isKnownKind(kind) || kind === 'ReplicationController') continue;
    for (const object of snapshot.objects.list(kind)) yield { object, path: 'spec.template.spec' };
  }
}

function viewOf(object: KubeObject, path: string, components: Components): TemplateView | null {
  const spec = readField(object, path);
  if (!isPodSpec(spec)) return null;
  const labels =
    path === 'spec' ? object.metadata.labels : readField(object, path.replace(/\.spec$/, '.metadata.labels'));
  return {
    component: components.ofObject(object),
    namespace: object.metadata.namespace ?? '',
    object,
    path,
    labels: (labels ?? {}) as Labels,
    spec,
  };
}

// Known kinds were parsed with the pod spec's schema; of custom kinds only those that carry a list of containers are taken.
function isPodSpec(value: unknown): value is NonNullable<ObjectOf<'Pod'>['spec']> {
  return value !== null && typeof value === 'object' && Array.isArray((value as { containers?: unknown }).containers);
}
