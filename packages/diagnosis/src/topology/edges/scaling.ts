import { citeField } from '../../evidence/cite.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { EdgeContext } from './all.ts';

/** Workload scaled by HPA, limited by quota, limit range, disruption budget and Namespace; HPA backed by its metrics API. */
export function addScalingEdges(context: EdgeContext, namespace: string): void {
  const { snapshot, components, add } = context;
  const metricsApi = snapshot.objects.list('APIService').find(({ spec }) => spec?.group === 'metrics.k8s.io');
  for (const scaler of snapshot.objects.within('HorizontalPodAutoscaler', namespace)) {
    const target = scaler.spec?.scaleTargetRef;
    const to = subjectOf(scaler);
    if (target?.kind && target.name) {
      add({
        from: components.named(target.kind, scaler.metadata.namespace, target.name),
        to,
        relation: 'scaled-by',
        cite: () => [citeField(scaler, 'spec.scaleTargetRef')],
      });
    }
    if (metricsApi)
      add({
        from: to,
        to: subjectOf(metricsApi),
        relation: 'backed-by',
        cite: () => [citeField(metricsApi, 'spec.service')],
      });
  }
  for (const api of snapshot.objects.within('APIService', namespace)) {
    const { name, namespace: where } = api.spec?.service ?? {};
    if (name)
      add({
        from: subjectOf(api),
        to: components.named('Service', where, name),
        relation: 'backed-by',
        cite: () => [citeField(api, 'spec.service')],
      });
  }
  addLimits(context, namespace);
}

function addLimits({ snapshot, components, templates, add }: EdgeContext, namespace: string): void {
  for (const budget of snapshot.objects.within('PodDisruptionBudget', namespace)) {
    const selector = budget.spec?.selector;
    // policy/v1: no selector selects nothing, an empty one everything.
    if (!selector) continue;
    for (const { component } of templates.match(namespace, selector)) {
      add({
        from: component,
        to: subjectOf(budget),
        relation: 'limited-by',
        cite: () => [citeField(budget, 'spec.selector')],
      });
    }
  }
  for (const kind of ['ResourceQuota', 'LimitRange'] as const) {
    for (const limit of snapshot.objects.within(kind, namespace)) {
      for (const { component } of templates.list(namespace)) {
        add({ from: component, to: subjectOf(limit), relation: 'limited-by', cite: () => [citeField(limit, 'spec')] });
      }
    }
  }
  if (!namespace) return;
  for (const { component, object } of templates.list(namespace)) {
    add({
      from: component,
      to: components.named('Namespace', null, namespace),
      relation: 'limited-by',
      cite: () => [citeField(object, 'metadata.namespace')],
    });
  }
}
