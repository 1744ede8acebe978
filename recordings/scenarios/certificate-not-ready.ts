import { MINUTE } from '@headwater/core/time.ts';
import { alert, podNotReady } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { about } from '@headwater/testkit/world/controller-events.ts';
import { made } from '@headwater/testkit/world/metadata.ts';
import { object, secret } from '@headwater/testkit/world/objects.ts';
import { mainContainer } from '@headwater/testkit/world/pod-spec.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { mountFailing } from '@headwater/testkit/world/pod-states/waiting.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import { daysBefore, stamp } from '@headwater/testkit/world/scene.ts';
import { allPods, rollOut, stuckRollout } from '@headwater/testkit/world/workload.ts';
import { causeIs } from '../expect.ts';
import type { Scenario } from '../scenario.ts';

/** X02: the issuer's own key is gone, so the certificate a new pod mounts is never made. */
export const scenario: Scenario = {
  slug: 'certificate-not-ready',
  title: 'A service that was moved to TLS does not start',
  families: ['certificate'],
  build(scene) {
    const { plan, app } = basePlan(scene);
    const { catalog, namespace } = app;
    const at = scene.around('rollout', 35);
    const name = `${catalog.name}-serving`;
    const lost = at - 20 * MINUTE;
    const good = scene.repaired;
    const issuer = object(
      scene,
      { apiVersion: 'cert-manager.io/v1', kind: 'ClusterIssuer', name: 'internal-ca' },
      { ...made(daysBefore(scene, 300)), changed: good ? scene.repairedAt : lost },
      {
        spec: { ca: { secretName: 'internal-ca-key-pair' } },
        status: {
          conditions: [
            good
              ? {
                  lastTransitionTime: stamp(scene.repairedAt),
                  message: 'Signing CA verified',
                  reason: 'KeyPairVerified',
                  status: 'True',
                  type: 'Ready',
                }
              : {
                  lastTransitionTime: stamp(lost),
                  message: 'Error getting keypair for CA issuer: secrets "internal-ca-key-pair" not found',
                  reason: 'ErrGetKeyPair',
                  status: 'False',
                  type: 'Ready',
                },
          ],
        },
      },
    );
    const since = good ? scene.repairedAt + 30_000 : at;
    const certificate = object(
      scene,
      { apiVersion: 'cert-manager.io/v1', kind: 'Certificate', namespace, name },
      { ...made(at), changed: since },
      {
        spec: {
          dnsNames: [`${catalog.name}.${namespace}.svc`],
          issuerRef: { kind: 'ClusterIssuer', name: 'internal-ca' },
          secretName: name,
        },
        status: {
          conditions: good
            ? [
                {
                  lastTransitionTime: stamp(since),
                  message: 'Certificate is up to date and has not expired',
                  reason: 'Ready',
                  status: 'True',
                  type: 'Ready',
                },
              ]
            : [
                {
                  lastTransitionTime: stamp(at),
                  message: `Issuing certificate as Secret does not exist`,
                  reason: 'DoesNotExist',
                  status: 'False',
                  type: 'Ready',
                },
                {
                  lastTransitionTime: stamp(at),
                  message: `Issuing certificate as Secret does not exist`,
                  reason: 'DoesNotExist',
                  status: 'True',
                  type: 'Issuing',
                },
              ],
        },
      },
    );
    plan.objects.push(issuer, certificate);
    rollOut(catalog, {
      at,
      spec: (spec) => {
        mainContainer(spec).volumeMounts?.push({ name: 'tls', mountPath: '/etc/tls', readOnly: true });
        spec.volumes?.push({ name: 'tls', secret: { defaultMode: 420, secretName: name } });
      },
    });
    if (good) {
      plan.objects.push(
        secret(scene, { namespace, name, keys: ['tls.crt', 'tls.key'], type: 'kubernetes.io/tls', created: since }),
      );
      allPods(catalog, running(), { created: since + 5_000 });
      return plan;
    }
    const request = object(
      scene,
      { apiVersion: 'cert-manager.io/v1', kind: 'CertificateRequest', namespace, name: `${name}-1` },
      { created: at + 2_000, owner: certificate },
      {
        spec: { issuerRef: { kind: 'ClusterIssuer', name: 'internal-ca' } },
        status: {
          conditions: [
            {
              lastTransitionTime: stamp(at + 3_000),
              message: 'Referenced issuer does not have a Ready status condition',
              reason: 'Pending',
              status: 'False',
              type: 'Ready',
            },
          ],
        },
      },
    );
    plan.objects.push(request);
    plan.events.push({
      about: about(issuer),
      type: 'Warning',
      reason: 'ErrGetKeyPair',
      message: 'Error getting keypair for CA issuer: secrets "internal-ca-key-pair" not found',
      component: 'cert-manager-clusterissuers',
      count: 31,
      first: lost,
      last: scene.before(1),
    });
    stuckRollout(
      catalog,
      mountFailing({ message: `MountVolume.SetUp failed for volume "tls" : secret "${name}" not found` }),
      running(),
    );
    const pod = realise(plan, catalog).pods.at(-1);
    if (pod) podNotReady(plan, pod, at);
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
        { kind: 'ClusterIssuer', name: 'internal-ca' },
        { kind: 'Certificate', namespace: scene.cast.namespace, name: `${scene.cast.catalog}-serving` },
      ],
      category: ['certificate-not-ready'],
      keywords: [['internal-ca'], ['internal-ca-key-pair', 'ErrGetKeyPair', 'keypair']],
      not: [{ kind: 'Deployment' }, { category: 'secret-missing' }, { category: 'certificate-expired' }],
    }),
};
