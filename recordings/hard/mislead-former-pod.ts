import type { AlertDraft } from '@headwater/testkit/world/plan.ts';
import { scenario as known } from '../scenarios/configmap-missing.ts';
import { retell } from './kit/retell.ts';

/** The alert names a pod that has been replaced since: only its name's beginning leads to the workload. */
export const scenario = retell(known, {
  slug: 'mislead-former-pod',
  title: 'The alert is about a pod that does not exist any more',
  theme: 'misleading-alert',
  astray(plan, scene) {
    const renamed = plan.alerts.map((alert): AlertDraft => {
      const { pod, uid: _uid, ...labels } = alert.labels;
      if (!pod) return alert;
      const former = `${pod.slice(0, -5)}${scene.random.suffix('former-pod', 5)}`;
      return { ...alert, labels: { ...labels, pod: former } };
    });
    plan.alerts.splice(0, plan.alerts.length, ...renamed);
  },
});
