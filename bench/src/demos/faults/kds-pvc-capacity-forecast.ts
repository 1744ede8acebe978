import { causeIs } from '../../../../recordings/expect.ts';
import { demo, everyPod, fire, part } from '../stage.ts';
import { MINUTE } from '@headwater/core/time.ts';
import { addMetrics, gauge, ramp } from '@headwater/testkit/world/metrics.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { boundClaim } from '@headwater/testkit/world/storage.ts';
import type { Fault } from '../../synthetic/fault.ts';

/** A database grows steadily; at this rate its claim is full within the hour. */
export const fault: Fault = {
  code: 'KDS-pvc-capacity-forecast',
  name: 'a volume is going to be full',
  lookAlikes: [],
  scenario: {
    slug: 'demo-kds-pvc-capacity-forecast',
    title: 'A claim is predicted to run out',
    families: ['demos'],
    build(scene) {
      const { plan } = demo(scene, 'demo-pvc-forecast');
      const namespace = 'demo-pvc-forecast';
      const from = scene.around('grow', 14);
      const service = part(plan, namespace, 'data-service', {
        image: 'quay.io/sclorg/postgresql-16-c9s:latest',
        port: 5432,
        mounts: { data: '/var/lib/pgsql/data' },
        memory: ['128Mi', '256Mi'],
        spec: { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data-service-data' } }] },
      });
      plan.objects.push(
        ...boundClaim(scene, { namespace, name: 'data-service-data', size: '512Mi', created: service.created }),
      );
      everyPod(service, running());
      const labels = {
        job: 'kubelet',
        metrics_path: '/metrics',
        namespace,
        persistentvolumeclaim: 'data-service-data',
        node: plan.nodes.at(-1)?.name ?? '',
      };
      const size = 512 * 1024 ** 2;
      const used = ramp(from, scene.zero, [0.2 * size, 0.62 * size]);
      addMetrics(
        plan,
        gauge(scene, 'kubelet_volume_stats_used_bytes', labels, used),
        gauge(scene, 'kubelet_volume_stats_capacity_bytes', labels, () => size),
        gauge(scene, 'kubelet_volume_stats_available_bytes', labels, (time) => size - used(time)),
      );
      fire(plan, {
        alertname: 'PVRunwayShort',
        severity: 'warning',
        labels,
        summary:
          'PVC data-service-data in namespace demo-pvc-forecast is projected to exhaust capacity within 1 hour at current growth rate.',
        description:
          'Storage usage on PVC data-service-data (StorageClass: lvms-vg1, allowVolumeExpansion: true) is growing linearly due to PostgreSQL database growth (audit_log table). At the current rate, it will exceed the provisioned 512Mi capacity before the next hour. The data is legitimate application data that must be preserved. Expand the PVC to prevent data loss and database crashes.',
        at: from + 7 * MINUTE,
      });
      return plan;
    },
    expected: () =>
      causeIs({
        causes: [
          { kind: 'PersistentVolumeClaim', namespace: 'demo-pvc-forecast', name: 'data-service-data' },
          { kind: 'Deployment', namespace: 'demo-pvc-forecast', name: 'data-service' },
        ],
        category: ['volume-full'],
      }),
  },
};
