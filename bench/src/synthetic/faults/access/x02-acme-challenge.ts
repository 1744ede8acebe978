import { MINUTE } from '@headwater/core/time.ts';
import { alert } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { about } from '@headwater/testkit/world/controller-events.ts';
import type { Plan } from '@headwater/testkit/world/plan.ts';
import type { Scene } from '@headwater/testkit/world/scene.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { type Asked, certificateOf, issuerOf, pending, type Refusal } from '../../kit/acme.ts';

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
      const asked: Asked = {
        at: scene.around('asked', 48),
        namespace: app.namespace,
        name: `${app.frontend.name}-public-tls`,
      };
      const certificate = certificateOf(scene, asked);
      plan.objects.push(issuerOf(scene), certificate);
      if (!scene.repaired) {
        plan.objects.push(...pending(scene, certificate, { ...asked, ...refusalOf(scene) }));
        plan.events.push({
          about: about(certificate),
          type: 'Normal',
          reason: 'Requested',
          message: `Created new CertificateRequest resource "${asked.name}-1"`,
          component: 'cert-manager-certificates-request-manager',
          count: 1,
          first: asked.at + 2_000,
          last: asked.at + 2_000,
        });
      }
      alarm(plan, asked);
      return plan;
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

function alarm(plan: Plan, { at, namespace, name }: Asked): void {
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
}
