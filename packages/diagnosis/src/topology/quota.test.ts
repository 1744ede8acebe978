import type { ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import { describe, expect, it } from 'vitest';
import {
  claimCharge,
  parseQuotaDemand,
  parseQuotaRefusal,
  podCharge,
  quotaBreaches,
  quotaLines,
  serviceCharge,
  stillRefuses,
} from './quota.ts';

function quota(hard: Record<string, string>, used: Record<string, string>): ObjectOf<'ResourceQuota'> {
  return {
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: { name: 'team', namespace: 'shop' },
    spec: { hard },
    status: { hard, used },
  };
}

const REFUSAL =
  'Error creating: pods "web-1" is forbidden: exceeded quota: team, requested: limits.cpu=2,requests.cpu=500m, used: limits.cpu=3,requests.cpu=3800m, limited: limits.cpu=10,requests.cpu=4';

describe('arithmetic', () => {
  it('adds requests and limits over containers and counts the Pod', () => {
    const charge = podCharge({
      containers: [
        { name: 'a', resources: { requests: { cpu: '200m' }, limits: { cpu: '1', memory: '1Gi' } } },
        { name: 'b', resources: { requests: { cpu: '300m', 'example.com/gpu': '1' } } },
      ],
    });
    expect(Object.fromEntries(charge)).toEqual({
      pods: 1,
      'count/pods': 1,
      'requests.cpu': 0.5,
      cpu: 0.5,
      'requests.memory': 2 ** 30,
      memory: 2 ** 30,
      'requests.example.com/gpu': 1,
      'limits.cpu': 1,
      'limits.memory': 2 ** 30,
    });
  });

  it('refuses what would pass the limit, and allows what just reaches it', () => {
    const team = quota({ pods: '10', 'requests.cpu': '4' }, { pods: '9', 'requests.cpu': '3800m' });
    const fits = podCharge({ containers: [{ name: 'a', resources: { requests: { cpu: '200m' } } }] });
    const tooMuch = podCharge({ containers: [{ name: 'a', resources: { requests: { cpu: '201m' } } }] });
    expect(quotaBreaches(team, fits)).toEqual([]);
    expect(quotaBreaches(team, tooMuch)).toMatchObject([{ resource: 'requests.cpu', hard: 4, requested: 0.201 }]);
    expect(quotaBreaches(quota({ pods: '10' }, { pods: '10' }), fits)).toMatchObject([{ resource: 'pods' }]);
  });

  it('charges Services by type and claims by size and class', () => {
    expect([...serviceCharge().keys()]).toEqual(['services', 'count/services']);
    expect([...serviceCharge('LoadBalancer').keys()]).toContain('services.nodeports');
    expect(
      quotaBreaches(quota({ 'requests.storage': '1Gi' }, { 'requests.storage': '0' }), claimCharge(10 * 2 ** 30)),
    ).toHaveLength(1);
    expect(
      quotaBreaches(
        quota({ 'fast.storageclass.storage.k8s.io/persistentvolumeclaims': '0' }, {}),
        claimCharge(null, 'fast'),
      ),
    ).toHaveLength(1);
    expect(quotaBreaches(quota({ 'requests.storage': '1Gi' }, {}), claimCharge(null))).toEqual([]);
  });

  it('reads the spec when the status is empty', () => {
    const bare: ObjectOf<'ResourceQuota'> = {
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name: 'q' },
      spec: { hard: { pods: '5' } },
    };
    expect(quotaLines(bare)).toEqual([{ resource: 'pods', hard: 5, used: null }]);
  });
});

describe('refusal texts', () => {
  it('reads every resource of a refusal and the object it refused', () => {
    expect(parseQuotaRefusal(REFUSAL)).toEqual({
      quota: 'team',
      resource: 'pods',
      name: 'web-1',
      amounts: [
        { resource: 'limits.cpu', requested: '2', used: '3', limited: '10' },
        { resource: 'requests.cpu', requested: '500m', used: '3800m', limited: '4' },
      ],
    });
    expect(
      parseQuotaRefusal('pods "x" is forbidden: unable to validate against any security context constraint'),
    ).toBeNull();
  });

  it('knows when a raised quota would let the same object in', () => {
    const refusal = parseQuotaRefusal(REFUSAL);
    if (!refusal) throw new Error('not parsed');
    const used = { 'limits.cpu': '3', 'requests.cpu': '3800m' };
    expect(stillRefuses(quota({ 'limits.cpu': '10', 'requests.cpu': '4' }, used), refusal)).toBe(true);
    expect(stillRefuses(quota({ 'limits.cpu': '10', 'requests.cpu': '8' }, used), refusal)).toBe(false);
    expect(stillRefuses(undefined, refusal)).toBe(true);
  });

  it('reads which fields a quota demands, in the old and the new wording', () => {
    expect(
      parseQuotaDemand(
        'Error creating: pods "a" is forbidden: failed quota: team: must specify limits.cpu for: app,proxy; limits.memory for: app',
      ),
    ).toEqual({
      quota: 'team',
      missing: [
        { resource: 'limits.cpu', containers: ['app', 'proxy'] },
        { resource: 'limits.memory', containers: ['app'] },
      ],
    });
    expect(
      parseQuotaDemand('pods "a" is forbidden: failed quota: team: must specify limits.cpu,requests.cpu')?.missing.map(
        ({ resource }) => resource,
      ),
    ).toEqual(['limits.cpu', 'requests.cpu']);
    expect(parseQuotaDemand(REFUSAL)).toBeNull();
  });
});
