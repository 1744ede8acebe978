import { DAY } from '@headwater/core/time.ts';
import { highErrorRate } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { made } from '@headwater/testkit/world/metadata.ts';
import { configMap, object, secret } from '@headwater/testkit/world/objects.ts';
import { mainContainer } from '@headwater/testkit/world/pod-spec.ts';
import { daysBefore, stamp } from '@headwater/testkit/world/scene.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { tlsFails } from '../../kit/failed-calls.ts';

/** A backend got a certificate of the new authority while its callers still mount the bundle of the old one. */
export const fault: Fault = {
  code: 'X03',
  name: 'callers do not trust the new authority',
  lookAlikes: ['X01', 'W02', 'K08'],
  scenario: {
    slug: 'x03-trust-mismatch',
    title: 'Calls to one backend fail since its certificate was renewed',
    families: ['certificate'],
    build(scene) {
      const { plan, app } = basePlan(scene, { needs: ['payments'] });
      const { orders, payments, namespace, port } = app;
      const at = scene.around('rotated', 26);
      const name = `${payments.name}-tls`;
      const bundle = scene.random.pick('bundle', ['internal-ca-bundle', 'trust-bundle', 'company-ca']);
      const mount = { name: 'ca', mountPath: '/etc/ssl/internal', readOnly: true };
      mainContainer(orders.spec).volumeMounts = [...(mainContainer(orders.spec).volumeMounts ?? []), mount];
      orders.spec.volumes = [
        ...(orders.spec.volumes ?? []),
        { name: 'ca', configMap: { defaultMode: 420, name: bundle } },
      ];
      mainContainer(payments.spec).volumeMounts = [{ name: 'tls', mountPath: '/etc/tls', readOnly: true }];
      payments.spec.volumes = [
        ...(payments.spec.volumes ?? []),
        { name: 'tls', secret: { defaultMode: 420, secretName: name } },
      ];
      plan.objects.push(
        configMap(scene, {
          namespace,
          name: bundle,
          data: { 'ca.crt': '-----BEGIN CERTIFICATE-----\n(shortened by the recorder)\n-----END CERTIFICATE-----\n' },
          created: daysBefore(scene, 300),
          ...(scene.repaired
            ? { edited: { at: scene.repairedAt, manager: 'argocd-controller', keys: ['ca.crt'] } }
            : {}),
        }),
        secret(scene, {
          namespace,
          name,
          keys: ['ca.crt', 'tls.crt', 'tls.key'],
          type: 'kubernetes.io/tls',
          created: daysBefore(scene, 120),
          annotations: { 'cert-manager.io/certificate-name': name, 'cert-manager.io/issuer-name': 'internal-ca-2026' },
          edited: { at, manager: 'cert-manager-certificates-issuing', keys: ['ca.crt', 'tls.crt', 'tls.key'] },
        }),
        object(
          scene,
          { apiVersion: 'cert-manager.io/v1', kind: 'Certificate', namespace, name },
          { ...made(daysBefore(scene, 120)), changed: at, generation: 2 },
          {
            spec: {
              dnsNames: [`${payments.name}.${namespace}.svc`],
              duration: '2160h',
              issuerRef: { kind: 'ClusterIssuer', name: 'internal-ca-2026' },
              secretName: name,
            },
            status: {
              conditions: [
                {
                  lastTransitionTime: stamp(daysBefore(scene, 119)),
                  message: 'Certificate is up to date and has not expired',
                  reason: 'Ready',
                  status: 'True',
                  type: 'Ready',
                },
              ],
              notAfter: stamp(at + 90 * DAY),
              notBefore: stamp(at),
              renewalTime: stamp(at + 60 * DAY),
              revision: 4,
            },
          },
        ),
      );
      tlsFails(plan, orders, {
        target: { namespace, name: payments.name, port },
        failure: 'untrusted',
        since: at + 30_000,
        path: '/authorize',
      });
      highErrorRate(plan, orders, { since: at, percent: scene.random.int('percent', 35, 70) });
      return plan;
    },
    expected: (scene) => {
      const { namespace, payments, orders } = scene.cast;
      return causeIs({
        causes: [
          { kind: 'Secret', namespace, name: `${payments}-tls` },
          { kind: 'Certificate', namespace, name: `${payments}-tls` },
          {
            kind: 'ConfigMap',
            namespace,
            name: scene.random.pick('bundle', ['internal-ca-bundle', 'trust-bundle', 'company-ca']),
          },
          { kind: 'Deployment', namespace, name: orders },
        ],
        category: ['certificate-untrusted'],
        keywords: [[payments]],
        not: [{ category: 'certificate-expired' }, { category: 'webhook-tls' }, { category: 'mtls-mismatch' }],
      });
    },
  },
};
