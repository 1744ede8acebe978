import { MINUTE } from '@headwater/core/time.ts';
import { alert } from '@headwater/testkit/world/alerts.ts';
import { scenario as known } from '../scenarios/volume-full.ts';
import { servesWell } from './kit/healthy.ts';
import { retold, workloadOf } from './kit/herrings.ts';
import { retell } from './kit/retell.ts';

/** What is critical is a dashboard's threshold; what only informs is that the database cannot write. */
export const scenario = retell(known, {
  slug: 'mislead-severity-inverted',
  title: 'One critical alert of a dashboard, two of the lowest severity beside it',
  theme: 'misleading-alert',
  astray(plan, scene) {
    retold(plan, { severity: 'info' });
    const { otherNamespace: namespace, otherApp: name } = scene.cast;
    servesWell(plan, [workloadOf(plan, name)]);
    alert(plan, {
      alertname: 'DashboardSlow',
      severity: 'critical',
      labels: { namespace, service: name },
      summary: `OUTAGE: ${name} is down`,
      description: `${name} answers in 41ms, target 40ms. This is the cause of everything else.`,
      at: scene.before(21) - MINUTE,
    });
  },
  not: (scene) => [{ kind: '*', namespace: scene.cast.otherNamespace }],
});
