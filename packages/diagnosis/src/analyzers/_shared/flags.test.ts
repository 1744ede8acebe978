import { describe, expect, it } from 'vitest';
import { fixtureInput } from '@headwater/testkit/fixture-snapshot.ts';
import type { Change } from '../../changes/change.ts';
import { buildSnapshot } from '../../snapshot/snapshot.ts';
import { flagsIn, workloadsNamedBy } from './flags.ts';

function change(diff: Change['diff'], extra: Partial<Change> = {}): Change {
  return {
    id: 'chg_x',
    time: 0,
    source: 'journal',
    title: '',
    subject: { kind: 'ConfigMap', namespace: 'n', name: 'settings' },
    diff,
    ...extra,
  };
}

describe('flagsIn', () => {
  it.each([
    ["data['flags.json'].flags.cartFailure.defaultVariant", 'off', 'on', 'cartFailure'],
    ["data['flags.json'].flags.cartFailure.state", 'DISABLED', 'ENABLED', 'cartFailure'],
    ['data.FEATURE_NEW_CHECKOUT', 'false', 'true', 'FEATURE_NEW_CHECKOUT'],
    ['data.enable-toggle', '0', '1', 'enable-toggle'],
  ])('reads %s', (path, before, after, name) => {
    expect(flagsIn(change([{ path, before, after }])).map((flag) => flag.name)).toEqual([name]);
  });

  it.each([
    ['data.PORT', '80', '81'],
    ['data.FEATURE_TEXT', 'a long text', 'another long text'],
    ['spec.template.spec.containers[name=a].env[name=FEATURE_X].value', 'false', 'true'],
  ])('leaves %s', (path, before, after) => {
    expect(flagsIn(change([{ path, before, after }]))).toEqual([]);
  });

  it('takes a switch in an object that is named for flags, and a reported turn', () => {
    const subject = { kind: 'ConfigMap', namespace: 'n', name: 'feature-flags' };
    expect(flagsIn(change([{ path: 'data.checkout', before: 'false', after: 'true' }], { subject }))).toHaveLength(1);
    expect(
      flagsIn(change([], { source: 'external', title: 'Feature flag "new-cart" turned on (flag, x)' }))[0]?.name,
    ).toBe('new-cart');
    expect(flagsIn(change([], { source: 'external', title: 'Deployed cart 2.0' }))).toEqual([]);
  });
});

describe('workloadsNamedBy', () => {
  const deployment = (name: string) => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'n' },
    spec: { template: { spec: { containers: [{ name }] } } },
  });
  const snapshot = buildSnapshot(
    fixtureInput({
      objects: ['ad', 'cart', 'recommendationservice', 'load-generator', 'payment-service'].map(deployment),
    }),
  );

  it.each([
    ['paymentFailure', ['payment-service']],
    ['recommendationCacheFailure', ['recommendationservice']],
    ['adHighCpu', ['ad']],
    ['loadGeneratorFloodHomepage', ['load-generator']],
    ['somethingElse', []],
  ])('finds those of %s', (flag, names) => {
    expect(workloadsNamedBy(snapshot, flag, 'n').map(({ name }) => name)).toEqual(names);
  });
});
