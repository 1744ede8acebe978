import { MINUTE } from '@headwater/core/time.ts';
import { alert } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import type { Scene } from '@headwater/testkit/world/scene.ts';
import { uidOf } from '@headwater/testkit/world/metadata.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';

interface Provider {
  readonly component: string;
  readonly reason: string;
  readonly error: string;
  readonly mark: string;
}

const NGINX = { namespace: 'ingress-nginx', name: 'ingress-nginx-controller' };

function providerOf(scene: Scene): Provider {
  const cloud = (error: string, mark: string): Provider => ({
    component: 'service-controller',
    reason: 'SyncLoadBalancerFailed',
    error: `Error syncing load balancer: failed to ensure load balancer: ${error}`,
    mark,
  });
  return scene.random.pick('provider', [
    cloud('could not find any suitable subnets for creating the ELB', 'suitable subnets'),
    cloud(
      "googleapi: Error 403: Quota 'IN_USE_ADDRESSES' exceeded.  Limit: 8.0 in region europe-west1., quotaExceeded",
      'IN_USE_ADDRESSES',
    ),
    cloud(
      'Retriable: false, RetryAfter: 0s, HTTPStatusCode: 400, RawError: {"error":{"code":"PublicIPCountLimitReached","message":"Cannot create more than 10 public IP addresses for this subscription in this region."}}',
      'PublicIPCountLimitReached',
    ),
    cloud('TooManyLoadBalancers: Exceeded quota of account', 'TooManyLoadBalancers'),
    {
      component: 'metallb-controller',
      reason: 'AllocationFailed',
      error: `Failed to allocate IP for "${NGINX.namespace}/${NGINX.name}": no available IPs`,
      mark: 'no available IPs',
    },
  ]);
}

/** The cloud gives the public Service no load balancer: inside all is well, from outside nothing answers. */
export const fault: Fault = {
  code: 'V10',
  name: 'load balancer cannot be provisioned',
  lookAlikes: ['V09', 'V07'],
  scenario: {
    slug: 'v10-load-balancer',
    title: 'The public address does not answer, everything inside is fine',
    families: ['ingress', 'service'],
    build(scene) {
      const { plan } = basePlan(scene, { needs: ['ingress'] });
      const at = scene.around('recreated', 32);
      const provider = providerOf(scene);
      const service = plan.services.find(({ name }) => name === NGINX.name);
      if (!service) throw new Error('the base has no public Service');
      service.created = at;
      const about = { apiVersion: 'v1', kind: 'Service', ...NGINX };
      const subject = { ...about, uid: uidOf(scene, about, at) };
      const cloudy = provider.component === 'service-controller';
      const base = { about: subject, component: provider.component, last: scene.before(1), first: at + 1_000 };
      if (cloudy)
        plan.events.push({
          ...base,
          type: 'Normal',
          reason: 'EnsuringLoadBalancer',
          message: 'Ensuring load balancer',
          count: 11,
        });
      if (!scene.repaired)
        plan.events.push({
          ...base,
          type: 'Warning',
          reason: provider.reason,
          message: provider.error,
          count: 11,
          first: at + 3_000,
        });
      else
        plan.events.push({
          ...base,
          type: 'Normal',
          reason: cloudy ? 'EnsuredLoadBalancer' : 'IPAllocated',
          message: cloudy ? 'Ensured load balancer' : `Assigned IP ["${service.publicAddress}"]`,
          count: 1,
          first: scene.repairedAt,
          last: scene.repairedAt,
        });
      if (!scene.repaired) delete service.publicAddress;
      for (const host of [`www.${scene.cast.domain}`, `api.${scene.cast.domain}`])
        alert(plan, {
          alertname: 'ProbeFailed',
          severity: 'critical',
          labels: { instance: `https://${host}/`, job: 'blackbox', namespace: 'monitoring' },
          summary: 'A public page does not answer.',
          description: `https://${host}/ timed out.`,
          at: at + 3 * MINUTE,
        });
      return plan;
    },
    expected: (scene) =>
      causeIs({
        causes: [{ kind: 'Service', ...NGINX }],
        category: ['load-balancer-external'],
        keywords: [[providerOf(scene).mark]],
        not: [
          { category: 'ingress-controller-down' },
          { category: 'ingress-class-missing' },
          { kind: 'Ingress' },
          { kind: 'Deployment' },
        ],
      }),
  },
};
