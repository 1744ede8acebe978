import type { AlertDraft } from '@headwater/testkit/world/plan.ts';
import { scenario as known } from '../scenarios/network-policy-ingress.ts';
import { retell } from './kit/retell.ts';

/** The alert names the frontend and asks for its rollback; a policy two calls away keeps a caller out. */
export const scenario = retell(known, {
  slug: 'mislead-names-the-caller',
  title: 'The alert blames the frontend and its last release',
  theme: 'misleading-alert',
  astray(plan, scene) {
    const { orders, frontend } = scene.cast;
    plan.alerts.splice(
      0,
      plan.alerts.length,
      ...plan.alerts.map(
        (alert): AlertDraft => ({
          ...alert,
          annotations: {
            ...alert.annotations,
            summary: `${frontend} is broken`,
            description: `Requests through ${frontend} fail (${orders} only reports it). Roll back the last release of ${frontend}.`,
          },
        }),
      ),
    );
  },
  not: (scene) => [{ kind: 'Deployment', name: scene.cast.frontend }, { category: 'version-errors' }],
});
