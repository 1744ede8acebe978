import { MINUTE } from '@headwater/core/time.ts';
import { alert } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { about } from '@headwater/testkit/world/controller-events.ts';
import { made } from '@headwater/testkit/world/metadata.ts';
import { object } from '@headwater/testkit/world/objects.ts';
import { daysBefore, type Scene, stamp } from '@headwater/testkit/world/scene.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';

interface Refusal {
  readonly kind: 'Order' | 'Challenge';
  readonly reason: string;
  readonly mark: string;
}

function refusalOf(scene: Scene): Refusal {
  const host = `www.${scene.cast.domain}`;
  return scene.random.pick('acme', [
    {
      kind: 'Order',
      reason: `Failed to create Order: 429 urn:ietf:params:acme:error:rateLimited: Error creating new order :: too many certificates (5) already issued for this exact set of domains in the last 168h0m0s: ${host}`,
      mark: 'rateLimited',
    },
    {
      kind: 'Challenge',
      reason: `Waiting for HTTP-01 challenge propagation: wrong status code '404', expected '200'`,
      mark: '404',
    },
    {
      kind: 'Challenge',
      reason: `Waiting for HTTP-01 challenge propagation: failed to perform self check GET request 'http://${host}/.well-known/acme-challenge/x': Get "http://${host}/.well-known/acme-challenge/x": dial tcp 203.0.113.9:80: connect: connection timed out`,
      mark: 'self check',
    },
    {
      kind: 'Challenge',
      reason: `Error presenting challenge: When querying the SOA record for the domain '_acme-challenge.${host}.' using nameservers [10.96.0.10:53], rcode was expected to be 'NOERROR' or 'NXDOMAIN', but got 'SERVFAIL'`,
      mark: 'SOA record',
    },
    {
      kind: 'Challenge',
      reason:
        'Error presenting challenge: failed to change Route 53 record set: operation error Route 53: ChangeResourceRecordSets, https response error StatusCode: 403, AccessDenied: User is not authorized to perform: route53:ChangeResourceRecordSets',
      mark: 'AccessDenied',
    },
  ]);
}

/** The authority does not issue the public certificate: an order is refused or its challenge does not come through. */
export const fault: Fault = {
  code: 'X02-acme',
  name: 'ACME order or challenge fails',
  lookAlikes: ['C02', 'X01', 'L01'],
  scenario: {
    slug: 'x02-acme-challenge',
    title: 'A public certificate does not become ready',
    families: ['certificate', 'ingress'],
    build(scene) {
      const { plan, app } = basePlan(scene, { needs: ['ingress'] });
      const { namespace } = app;
      const at = scene.around('asked', 48);
      const name = `${app.frontend.name}-public-tls`;
      const good = scene.repaired;
      const { kind, reason } = refusalOf(scene);
      const since = stamp(good ? scene.repairedAt : at);
      const issuerRef = { group: 'cert-manager.io', kind: 'ClusterIssuer', name: 'letsencrypt-prod' };
      const condition = (type: string, status: string, why: string, message: string) => ({
        lastTransitionTime: since,
        message,
        reason: why,
        status,
        type,
      });
      const issuer = object(
        scene,
        { apiVersion: 'cert-manager.io/v1', kind: 'ClusterIssuer', name: 'letsencrypt-prod' },
        made(daysBefore(scene, 200)),
        {
          spec: {
            acme: {
              server: 'https://acme-v02.api.letsencrypt.org/directory',
              privateKeySecretRef: { name: 'letsencrypt-prod' },
            },
          },
          status: {
            conditions: [
              {
                type: 'Ready',
                status: 'True',
                reason: 'ACMEAccountRegistered',
                message: 'The ACME account was registered with the ACME server',
                lastTransitionTime: stamp(daysBefore(scene, 200)),
              },
            ],
          },
        },
      );
      const certificate = object(
        scene,
        { apiVersion: 'cert-manager.io/v1', kind: 'Certificate', namespace, name },
        { ...made(at), changed: good ? scene.repairedAt : at },
        {
          spec: { dnsNames: [`www.${scene.cast.domain}`], issuerRef, secretName: name },
          status: {
            conditions: good
              ? [condition('Ready', 'True', 'Ready', 'Certificate is up to date and has not expired')]
              : [
                  condition('Ready', 'False', 'DoesNotExist', 'Issuing certificate as Secret does not exist'),
                  condition('Issuing', 'True', 'DoesNotExist', 'Issuing certificate as Secret does not exist'),
                ],
          },
        },
      );
      plan.objects.push(issuer, certificate);
      if (good) return alarm();
      const request = object(
        scene,
        { apiVersion: 'cert-manager.io/v1', kind: 'CertificateRequest', namespace, name: `${name}-1` },
        { created: at + 2_000, owner: certificate },
        {
          spec: { issuerRef },
          status: {
            conditions: [
              condition(
                'Ready',
                'False',
                'Pending',
                `Waiting on certificate issuance from order ${namespace}/${name}-1-2871: "pending"`,
              ),
            ],
          },
        },
      );
      const rejected = kind === 'Order';
      const order = object(
        scene,
        { apiVersion: 'acme.cert-manager.io/v1', kind: 'Order', namespace, name: `${name}-1-2871` },
        { created: at + 3_000, owner: request },
        {
          spec: { dnsNames: [`www.${scene.cast.domain}`], issuerRef },
          status: rejected ? { state: 'errored', reason, failureTime: since } : { state: 'pending' },
        },
      );
      plan.objects.push(request, order);
      if (!rejected)
        plan.objects.push(
          object(
            scene,
            { apiVersion: 'acme.cert-manager.io/v1', kind: 'Challenge', namespace, name: `${name}-1-2871-1904` },
            { created: at + 5_000, owner: order, finalizers: ['acme.cert-manager.io/finalizer'] },
            {
              spec: {
                dnsName: `www.${scene.cast.domain}`,
                issuerRef,
                type: reason.includes('HTTP-01') ? 'HTTP-01' : 'DNS-01',
              },
              status: { presented: !reason.startsWith('Error presenting'), processing: true, reason, state: 'pending' },
            },
          ),
        );
      plan.events.push({
        about: about(certificate),
        type: 'Normal',
        reason: 'Requested',
        message: `Created new CertificateRequest resource "${name}-1"`,
        component: 'cert-manager-certificates-request-manager',
        count: 1,
        first: at + 2_000,
        last: at + 2_000,
      });
      return alarm();

      function alarm(): typeof plan {
        alert(plan, {
          alertname: 'CertManagerCertNotReady',
          severity: 'critical',
          labels: {
            condition: 'False',
            job: 'cert-manager',
            name,
            exported_namespace: namespace,
            namespace: 'cert-manager',
          },
          summary: 'A certificate is not ready to serve traffic.',
          description: `The certificate ${name} has not been ready to serve traffic for at least 10m.`,
          at: at + 12 * MINUTE,
        });
        return plan;
      }
    },
    expected: (scene) => {
      const { namespace, frontend } = scene.cast;
      const name = `${frontend}-public-tls`;
      return causeIs({
        causes: [
          { kind: 'Certificate', namespace, name },
          { kind: 'Order', namespace, name: `${name}-1-2871` },
          { kind: 'Challenge', namespace, name: `${name}-1-2871-1904` },
        ],
        category: ['certificate-not-ready'],
        keywords: [[refusalOf(scene).mark]],
        not: [
          { kind: 'Deployment' },
          { category: 'secret-missing' },
          { category: 'certificate-expired' },
          { category: 'dns-down' },
        ],
      });
    },
  },
};
