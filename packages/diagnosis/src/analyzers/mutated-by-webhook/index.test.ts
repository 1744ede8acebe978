import { testAnalyzer } from '@headwater/testkit/analyzer-fixtures.ts';
import { fixtureInput } from '@headwater/testkit/fixture-snapshot.ts';
import { expect, it } from 'vitest';
import { buildSnapshot } from '../../snapshot/snapshot.ts';
import { analyzer } from './index.ts';

testAnalyzer(analyzer, import.meta.dirname);

function judge(wanted: object, live: object) {
  const replicaSet = {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { name: 'api-1', namespace: 'shop' },
    spec: { template: { spec: { containers: [{ name: 'api', ...wanted }] } } },
  };
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: 'api-1-x',
      namespace: 'shop',
      ownerReferences: [{ kind: 'ReplicaSet', name: 'api-1', controller: true }],
    },
    spec: { nodeName: 'w1', containers: [{ name: 'api', ...live }] },
    status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'False' }] },
  };
  return analyzer.analyze(buildSnapshot(fixtureInput({ objects: [replicaSet, pod] })));
}

const env = (name: string, value: string) => ({ env: [{ name, value }] });

it('never shows the value of a variable that holds a credential', () => {
  const findings = judge(env('DB_PASSWORD', 'alpha'), env('DB_PASSWORD', 'omega'));
  expect(findings[0]?.statement).toMatch(/changed env DB_PASSWORD of container api$/);
  expect(JSON.stringify(findings)).not.toMatch(/alpha|omega/);
  expect(judge(env('DB_HOST', 'alpha'), env('DB_HOST', 'omega'))[0]?.statement).toContain('from `alpha` to `omega`');
});

it('names the most harmful of several differences, and none for equal quantities or what was only added', () => {
  const limits = (memory: string) => ({ resources: { limits: { memory } } });
  const both = judge({ image: 'api:1', ...limits('1Gi') }, { image: 'api:2', ...limits('64Mi') });
  expect(both.map(({ statement }) => statement)).toEqual([
    expect.stringContaining('limits.memory of container api from `1Gi` to `64Mi`'),
  ]);
  expect(judge(limits('1Gi'), limits('1024Mi'))).toEqual([]);
  expect(judge({}, { ...limits('1Gi'), ...env('ADDED', 'x') })).toEqual([]);
});

it('says nothing of a variable that is set twice', () => {
  const twice = { env: [...env('REGION', 'eu').env, ...env('REGION', '').env] };
  expect(judge(twice, twice)).toEqual([]);
});
