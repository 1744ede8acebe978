import { citeField } from '../../evidence/cite.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { EdgeContext } from './all.ts';

/** Workload scaled by HPA, limited by quota, limit range, disruption budget and Namespace; HPA backed by its metrics API. */
export function addScalingEdges(context: EdgeContext): void {
  const { snapshot, components, add } = context;
  const metricsApi = snapshot.objects.list('APIService').find(({ spec }) => spec?.group === 'metrics.k8s.io');
  for (const scaler of snapshot.objects.list('HorizontalPodAutoscaler')) {
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
  for (const api of snapshot.objects.list('APIService')) {
    const { name, namespace } = api.spec?.service ?? {};
    if (name)
      add({
        from: subjectOf(api),
        to: components.named('Service', namespace, name),
        relation: 'backed-by',
        cite: () => [citeField(api, 'spec.service')],
      });
  }
  addLimits(context);
}

function addLimits({ snapshot, components, templates, add }: EdgeContext): void {
  for (const budget of snapshot.objects.list('PodDisruptionBudget')) {
    const selector = budget.spec?.selector;
    // policy/v1: no selector selects nothing, an empty one everything.
    if (!selector) continue;
    for (const { component } of templates.match(budget.metadata.namespace ?? '', selector)) {
      add({
        from: component,
        to: subjectOf(budget),
        relation: 'limited-by',
        cite: () => [citeField(budget, 'spec.selector')],
      });
    }
  }
  for (const kind of ['ResourceQuota', 'LimitRange'] as const) {
    for (const limit of snapshot.objects.list(kind)) {
      for (const { component } of templates.list(limit.metadata.namespace ?? '')) {
        add({ from: component, to: subjectOf(limit), relation: 'limited-by', cite: () => [citeField(limit, 'spec')] });
      }
    }
  }
  for (const { component, namespace, object } of templates.list()) {
    if (!namespace) continue;
    add({
      from: component,
      to: components.named('Namespace', null, namespace),
      relation: 'limited-by',
      cite: () => [citeField(object, 'metadata.namespace')],
    });
  }
}
