import { DAY, MINUTE, SECOND } from '@headwater/core/time.ts';
import { alert, highErrorRate } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { complaining, failedCall } from '@headwater/testkit/world/caller-logs.ts';
import { made } from '@headwater/testkit/world/metadata.ts';
import { addMetrics, gauge } from '@headwater/testkit/world/metrics.ts';
import { object, secret } from '@headwater/testkit/world/objects.ts';
import { daysBefore, stamp } from '@headwater/testkit/world/scene.ts';
import { causeIs } from '../expect.ts';
import type { Scenario } from '../scenario.ts';

/** X01: the serving certificate of one backend ran out; nobody renewed it because its issuer was removed. */
export const scenario: Scenario = {
  slug: 'certificate-expired',
  title: 'All calls to one backend fail since a round minute',
  families: ['certificate'],
  build(scene) {
    const { plan, app } = basePlan(scene, { needs: ['payments'] });
    const { orders, payments, namespace, port } = app;
    const at = Math.floor(scene.around('expired', 22) / MINUTE) * MINUTE;
    const name = `${payments.name}-tls`;
    const notAfter = scene.repaired ? scene.repairedAt + 90 * DAY : at;
    const renewed = scene.repaired ? scene.repairedAt : at - 90 * DAY;
    plan.objects.push(
      secret(scene, {
        namespace,
        name,
        keys: ['ca.crt', 'tls.crt', 'tls.key'],
        type: 'kubernetes.io/tls',
        created: daysBefore(scene, 120),
        annotations: { 'cert-manager.io/certificate-name': name },
      }),
      object(
        scene,
        { apiVersion: 'cert-manager.io/v1', kind: 'Certificate', namespace, name },
        { ...made(daysBefore(scene, 120)), changed: renewed },
        {
          spec: {
            dnsNames: [`${payments.name}.${namespace}.svc`],
            duration: '2160h',
            issuerRef: { kind: 'ClusterIssuer', name: 'internal-ca' },
            secretName: name,
          },
          status: {
            conditions: [
              scene.repaired
                ? {
                    lastTransitionTime: stamp(scene.repairedAt),
                    message: 'Certificate is up to date and has not expired',
                    reason: 'Ready',
                    status: 'True',
                    type: 'Ready',
                  }
                : {
                    lastTransitionTime: stamp(at),
                    message: `Certificate expired on ${new Date(at).toUTCString()}`,
                    reason: 'Expired',
                    status: 'False',
                    type: 'Ready',
                  },
            ],
            notAfter: stamp(notAfter),
            notBefore: stamp(renewed),
            renewalTime: stamp(notAfter - 30 * DAY),
            revision: scene.repaired ? 3 : 2,
          },
        },
      ),
    );
    addMetrics(
      plan,
      gauge(
        scene,
        'certmanager_certificate_expiration_timestamp_seconds',
        { issuer_name: 'internal-ca', name, namespace },
        (time) => (scene.repaired && time > scene.repairedAt ? notAfter : at) / SECOND,
      ),
    );
    const say = (time: number): ReturnType<ReturnType<typeof failedCall>> =>
      failedCall({
        to: payments.name,
        url: `https://${payments.name}:${port}/authorize`,
        error: `tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time ${stamp(time)} is after ${stamp(at)}`,
      })(time, 0);
    complaining(plan, orders, { complaints: [{ since: at + 2_000, every: 30, say }] });
    highErrorRate(plan, orders, { since: at, percent: 55 });
    alert(plan, {
      alertname: 'CertManagerCertNotReady',
      severity: 'critical',
      labels: { condition: 'False', job: 'cert-manager', name, namespace },
      summary: 'A certificate is not ready to serve traffic.',
      description: `The certificate ${namespace}/${name} is not ready.`,
      at: at + 10 * MINUTE,
    });
    return plan;
  },
  expected: (scene) =>
    causeIs({
      causes: [
        { kind: 'Certificate', namespace: scene.cast.namespace, name: `${scene.cast.payments}-tls` },
        { kind: 'Secret', namespace: scene.cast.namespace, name: `${scene.cast.payments}-tls` },
      ],
      category: ['certificate-expired'],
      keywords: [['expired'], [`${scene.cast.payments}-tls`]],
      not: [{ category: 'clock-skew' }, { category: 'certificate-untrusted' }, { kind: 'Deployment' }],
    }),
};
