import { DAY, MINUTE, SECOND } from '@headwater/core/time.ts';
import { alert, highErrorRate } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { addMetrics, gauge } from '@headwater/testkit/world/metrics.ts';
import { secret } from '@headwater/testkit/world/objects.ts';
import { mainContainer } from '@headwater/testkit/world/pod-spec.ts';
import { daysBefore } from '@headwater/testkit/world/scene.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { tlsFails } from '../../kit/failed-calls.ts';

/** A certificate that somebody once put into a Secret by hand ran out; nothing in the cluster knows its dates. */
export const fault: Fault = {
  code: 'X01-plain',
  name: 'hand-made serving certificate expired',
  lookAlikes: ['N12', 'X03', 'W02'],
  scenario: {
    slug: 'x01-plain-secret',
    title: 'All calls to one backend fail since a round minute',
    families: ['certificate'],
    build(scene) {
      const { plan, app } = basePlan(scene, { needs: ['payments'] });
      const { orders, payments, namespace, port } = app;
      const at = Math.floor(scene.around('expired', 24) / MINUTE) * MINUTE;
      const name = `${payments.name}-tls`;
      mainContainer(payments.spec).volumeMounts = [{ name: 'tls', mountPath: '/etc/tls', readOnly: true }];
      payments.spec.volumes = [
        ...(payments.spec.volumes ?? []),
        { name: 'tls', secret: { defaultMode: 420, secretName: name } },
      ];
      plan.objects.push(
        secret(scene, {
          namespace,
          name,
          keys: ['tls.crt', 'tls.key'],
          type: 'kubernetes.io/tls',
          created: daysBefore(scene, 365),
          ...(scene.repaired
            ? { edited: { at: scene.repairedAt, manager: 'kubectl-patch', keys: ['tls.crt', 'tls.key'] } }
            : {}),
        }),
      );
      const url = `https://${payments.name}.${namespace}.svc:${port}/healthz`;
      if (scene.random.chance('probed', 0.5)) {
        const expiry = gauge(
          scene,
          'probe_ssl_earliest_cert_expiry',
          { instance: url, job: 'blackbox' },
          (time) => (scene.repaired && time > scene.repairedAt ? scene.repairedAt + 365 * DAY : at) / SECOND,
        );
        addMetrics(plan, {
          ...expiry,
          samples: expiry.samples.map(([time, value]) => [time, Math.round(value)] as const),
        });
        alert(plan, {
          alertname: 'BlackboxSslCertificateExpired',
          severity: 'critical',
          labels: { instance: url, job: 'blackbox' },
          summary: 'A TLS certificate has expired.',
          description: `The certificate of ${url} has expired already.`,
          at,
        });
      }
      tlsFails(plan, orders, {
        target: { namespace, name: payments.name, port },
        failure: 'expired',
        since: at + SECOND,
        path: '/authorize',
      });
      highErrorRate(plan, orders, { since: at, percent: scene.random.int('percent', 45, 85) });
      return plan;
    },
    expected: (scene) => {
      const { namespace, payments } = scene.cast;
      return causeIs({
        causes: [
          { kind: 'Secret', namespace, name: `${payments}-tls` },
          { kind: 'Deployment', namespace, name: payments },
          { kind: 'Service', namespace, name: payments },
        ],
        category: ['certificate-expired'],
        keywords: [['expired', 'validity', 'NotAfter'], [payments]],
        not: [
          { category: 'clock-skew' },
          { category: 'certificate-untrusted' },
          { kind: 'Deployment', namespace, name: scene.cast.orders },
        ],
      });
    },
  },
};
