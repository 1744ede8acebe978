import { testAnalyzer } from '@headwater/testkit/analyzer-fixtures.ts';
import { fixtureInput } from '@headwater/testkit/fixture-snapshot.ts';
import { expect, it } from 'vitest';
import { buildSnapshot } from '../../snapshot/snapshot.ts';
import { analyzer } from './index.ts';

testAnalyzer(analyzer, import.meta.dirname);

function roleWith(templateLimit: string, liveLimit: string): string | undefined {
  const container = (memory: string) => ({ name: 'api', resources: { limits: { memory } } });
  const replicaSet = {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { name: 'api-1', namespace: 'shop' },
    spec: { template: { spec: { containers: [container(templateLimit)] } } },
  };
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: 'api-1-x',
      namespace: 'shop',
      ownerReferences: [{ kind: 'ReplicaSet', name: 'api-1', controller: true }],
    },
    spec: { containers: [container(liveLimit)] },
    status: {
      phase: 'Running',
      containerStatuses: [
        { name: 'api', restartCount: 3, state: { terminated: { reason: 'OOMKilled', exitCode: 137 } } },
      ],
    },
  };
  return analyzer.analyze(buildSnapshot(fixtureInput({ objects: [replicaSet, pod] })))[0]?.role;
}

it('is a symptom when the limit that kills is not the one its owner wrote', () => {
  expect(roleWith('64Mi', '64Mi')).toBe('cause');
  expect(roleWith('1Gi', '1024Mi')).toBe('cause');
  expect(roleWith('512Mi', '32Mi')).toBe('symptom');
});
