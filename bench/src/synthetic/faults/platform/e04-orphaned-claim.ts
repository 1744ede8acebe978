import { alert } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { addMetrics, gauge } from '@headwater/testkit/world/metrics.ts';
import { daysBefore, type Scene } from '@headwater/testkit/world/scene.ts';
import { boundClaim } from '@headwater/testkit/world/storage.ts';
import type { Fault } from '../../fault.ts';

/** A claim whose StatefulSet was deleted weeks ago is reported as unused; nobody needs it and nothing fails. */
export const fault: Fault = {
  code: 'E04',
  name: 'orphaned object, nothing to do',
  lookAlikes: ['T01', 'T05', 'T08'],
  scenario: {
    slug: 'e04-orphaned-claim',
    title: 'A claim is reported, nothing else is',
    families: ['platform', 'storage'],
    build(scene) {
      const { plan, app } = basePlan(scene);
      const { namespace } = app;
      const name = claimOf(scene);
      const created = daysBefore(scene, 77);
      plan.objects.push(...boundClaim(scene, { namespace, name, size: '50Gi', created }));
      const labels = { job: 'kubelet', metrics_path: '/metrics', namespace, persistentvolumeclaim: name };
      addMetrics(
        plan,
        gauge(
          scene,
          'kube_persistentvolumeclaim_status_phase',
          { ...labels, job: 'kube-state-metrics', phase: 'Bound' },
          () => 1,
        ),
      );
      alert(plan, {
        alertname: scene.random.pick('orphan-alert', [
          'PersistentVolumeClaimUnused',
          'OrphanedPersistentVolumeClaim',
          'UnusedVolumeCost',
        ]),
        severity: scene.random.pick('orphan-severity', ['info', 'warning'] as const),
        labels: { namespace, persistentvolumeclaim: name },
        summary: 'A claim is mounted by no Pod.',
        description: `PersistentVolumeClaim ${namespace}/${name} (50Gi) has not been mounted for 7 days.`,
        at: scene.before(240),
      });
      return plan;
    },
    expected: () => ({ verdict: 'no-fault' }),
  },
};

function claimOf(scene: Scene): string {
  return `data-${scene.random.pick('orphan', ['old-search', 'legacy-db', 'elasticsearch-master', 'kafka'])}-0`;
}
