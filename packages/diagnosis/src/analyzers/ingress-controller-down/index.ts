import type { ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import { formatSubject, type Subject, subjectKey } from '@headwater/core/subject.ts';
import { citeField, citeSelection } from '../../evidence/cite.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { controllerWorkloads } from '../../topology/ingress-controllers.ts';
import type { TemplateView } from '../../topology/templates.ts';
import { isReady } from '../_shared/pods.ts';

/** Ingress and Gateway controllers of which no replica works, while something needs them. */
export const analyzer: Analyzer = {
  name: 'ingress-controller-down',
  codes: { 'ingress/controller-down': 'No Pod of the controller that serves an Ingress or Gateway class is Ready.' },
  reads: ['Ingress', 'IngressClass', 'Gateway', 'GatewayClass', 'Deployment', 'DaemonSet', 'StatefulSet', 'Pod'],
  analyze(snapshot) {
    const classes = [...usedClasses(snapshot)];
    const found = classes.flatMap(({ entry, controller, users }) => judge(snapshot, { entry, controller, users }));
    return [...new Map(found.map((finding) => [subjectKey(finding.subject), finding])).values()];
  },
};

interface UsedClass {
  readonly entry: ObjectOf<'IngressClass'> | ObjectOf<'GatewayClass'>;
  readonly controller: string;
  readonly users: readonly Subject[];
}

function* usedClasses({ objects }: Snapshot): Iterable<UsedClass> {
  const byClass = Map.groupBy(
    objects.list('Ingress'),
    ({ spec, metadata }) => spec?.ingressClassName ?? metadata.annotations?.['kubernetes.io/ingress.class'] ?? '',
  );
  for (const entry of objects.list('IngressClass')) {
    const isDefault = entry.metadata.annotations?.['ingressclass.kubernetes.io/is-default-class'] === 'true';
    const users = [...(byClass.get(entry.metadata.name) ?? []), ...(isDefault ? (byClass.get('') ?? []) : [])];
    if (users.length > 0 && entry.spec?.controller)
      yield { entry, controller: entry.spec.controller, users: users.map(subjectOf) };
  }
  const gateways = Map.groupBy(objects.list('Gateway'), ({ spec }) => spec?.gatewayClassName ?? '');
  for (const entry of objects.list('GatewayClass')) {
    const users = gateways.get(entry.metadata.name) ?? [];
    if (users.length > 0 && entry.spec?.controllerName)
      yield { entry, controller: entry.spec.controllerName, users: users.map(subjectOf) };
  }
}

function judge(snapshot: Snapshot, { entry, controller, users }: UsedClass): Finding[] {
  const candidates = controllerWorkloads(snapshot.topology.templates, controller).filter(
    ({ object }) => object.kind !== 'Job' && object.kind !== 'CronJob',
  );
  const runs = candidates.some((view) => snapshot.topology.pods.ofComponent(view.component).some(isReady));
  // Several workloads may bear the controller's name (its admission jobs, its default backend): one that works is enough.
  const view = candidates.find(({ component }) => component.name.includes('controller')) ?? candidates[0];
  if (runs || !view || !snapshot.objects.knows('Pod', view.namespace)) return [];
  return [report(snapshot, { view, entry, controller, users })];
}

function report(snapshot: Snapshot, { view, entry, controller, users }: UsedClass & { view: TemplateView }): Finding {
  const { component, object, labels } = view;
  const pods = snapshot.topology.pods.ofComponent(component);
  const [user] = users;
  const state = pods.length === 0 ? 'has no Pods' : 'has Pods, none of them Ready';
  return {
    code: 'ingress/controller-down',
    subject: component,
    category: 'ingress-controller-down',
    role: 'cause',
    layer: 'state',
    strength: pods.length === 0 ? 0.8 : 0.7,
    statement: `${formatSubject(component)} runs the controller \`${controller}\` of class \`${entry.metadata.name}\` and ${state}, so nothing serves ${user ? formatSubject(user) : 'its routes'}`,
    evidence: [
      citeField(entry, entry.kind === 'IngressClass' ? 'spec.controller' : 'spec.controllerName'),
      ...(pods.length === 0 || Object.keys(labels).length === 0 ? [citeField(object, 'spec.replicas')] : []),
      ...(Object.keys(labels).length === 0
        ? []
        : [citeSelection(snapshot, 'Pod', view.namespace, { matchLabels: labels })]),
      ...pods.slice(0, 2).map((pod) => citeField(pod, 'status.conditions[type=Ready].status')),
    ],
    affects: users,
    remediation: [
      {
        action: 'restart',
        risk: 'R2',
        statement: `Mend ${formatSubject(component)} by its own finding, then restart it`,
        preconditions: ['Its own fault is mended'],
        undo: 'None needed',
      },
    ],
  };
}
