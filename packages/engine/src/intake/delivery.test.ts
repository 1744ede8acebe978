import { describe, expect, it } from 'vitest';
import { clusterOf, deliveryOf, namespaceOf } from './delivery.ts';
import { testAlert, testBody } from './test-signals.ts';

function factsOf(labels: Record<string, string>, more: Parameters<typeof testAlert>[1] = {}) {
  return deliveryOf(testBody([testAlert(labels, more)]), 'prod', 5).alerts[0]?.facts();
}

describe('a delivery', () => {
  it('takes the cluster from its label, else the configured one', () => {
    expect(clusterOf(testAlert({ cluster: 'dev' }), 'prod')).toBe('dev');
    expect(clusterOf(testAlert({}), 'prod')).toBe('prod');
  });

  it('takes the namespace of the metric before that of the scrape target, and none that could not be one', () => {
    expect(namespaceOf(testAlert({ exported_namespace: 'shop', namespace: 'monitoring' }))).toBe('shop');
    expect(namespaceOf(testAlert({ namespace: 'n'.repeat(254) }))).toBeNull();
    expect(namespaceOf(testAlert({}, { subject: { kind: 'Pod', namespace: 'own', name: 'a' } }))).toBe('own');
  });

  it.each([
    [{ alertname: 'Down' }, 'Down'],
    [{ alertname: '', rulename: 'Rule' }, 'Rule'],
    [{ alertname: '' }, 'a Pod is down'],
  ])('is named by %j', (labels, name) => {
    expect(factsOf(labels)?.name).toBe(name);
  });

  it.each([
    [{ severity: 'page' }, 'critical'],
    [{ severity: '', priority: 'P2' }, 'unknown'],
    [{ severity: 'odd' }, 'unknown'],
  ])('has the severity of %j', (labels, severity) => {
    expect(factsOf(labels)?.severity).toBe(severity);
  });

  it('hashes labels and annotations alone: what differs between replicas changes nothing', () => {
    const hash = factsOf({})?.contentHash;
    expect(factsOf({}, { extra: { externalUrl: 'http://am-1' }, generatorUrl: 'x' })?.contentHash).toBe(hash);
    expect(factsOf({}, { annotations: { summary: 'other' } })?.contentHash).not.toBe(hash);
  });

  it('shortens a group key of any length to one that fits an index, and keeps different ones apart', () => {
    const keys = ['a', 'b'].map((end) => {
      const body = testBody([testAlert({})], { groupKey: `{}:{x="${'y'.repeat(3_000)}${end}"}` });
      return deliveryOf(body, 'prod', 5).alerts[0]?.groupKey ?? '';
    });
    expect(keys[0]).not.toBe(keys[1]);
    for (const key of keys) expect(key.length).toBeLessThanOrEqual(512);
  });

  it('trusts a sender that names the object itself', () => {
    const subject = { kind: 'Pod', namespace: 'shop', name: 'cart-1' };
    expect(factsOf({ deployment: 'other' }, { subject })).toMatchObject({ subject, subjectState: 'resolved' });
  });
});
