import type { AlertDraft } from '@headwater/testkit/world/plan.ts';
import { scenario as known } from '../scenarios/oom-killed.ts';
import { retell } from './kit/retell.ts';

/** The alert's namespace, pod and service are those of the exporter; what it is about stands in exported_ labels. */
export const scenario = retell(known, {
  slug: 'mislead-exporter-labels',
  title: 'An alert whose labels name the exporter',
  theme: 'misleading-alert',
  astray(plan) {
    const told = plan.alerts.map((alert): AlertDraft => {
      const { namespace = '', pod = '', container = '', uid: _uid, ...labels } = alert.labels;
      return {
        ...alert,
        labels: {
          ...labels,
          namespace: 'monitoring',
          pod: 'kube-state-metrics-7d9c5b8f6-x2x5n',
          service: 'kube-state-metrics',
          container: 'kube-state-metrics',
          exported_namespace: namespace,
          exported_pod: pod,
          exported_container: container,
        },
      };
    });
    plan.alerts.splice(0, plan.alerts.length, ...told);
  },
});
