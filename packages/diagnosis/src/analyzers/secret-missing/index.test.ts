import { testAnalyzer } from '@headwater/testkit/analyzer-fixtures.ts';
import { fixtureInput } from '@headwater/testkit/fixture-snapshot.ts';
import { expect, it } from 'vitest';
import { buildSnapshot } from '../../snapshot/snapshot.ts';
import { analyzer } from './index.ts';

testAnalyzer(analyzer, import.meta.dirname);

const waiting = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'api', namespace: 'shop' },
  spec: { containers: [{ name: 'api', envFrom: [{ secretRef: { name: 'api-creds' } }] }] },
  status: {
    phase: 'Pending',
    containerStatuses: [
      {
        name: 'api',
        state: { waiting: { reason: 'CreateContainerConfigError', message: 'secret "api-creds" not found' } },
      },
    ],
  },
};
const maker = {
  apiVersion: 'external-secrets.io/v1',
  kind: 'ExternalSecret',
  metadata: { name: 'api', namespace: 'shop' },
  spec: { target: { name: 'api-creds' } },
};

it('calls a Secret nobody makes a cause, and one a controller should have made a symptom of that', () => {
  const judge = (...objects: unknown[]) =>
    analyzer.analyze(buildSnapshot(fixtureInput({ objects, listed: ['Secret'] })));
  expect(judge(waiting)).toMatchObject([{ role: 'cause', blames: [] }]);
  expect(judge(waiting, maker)).toMatchObject([
    { role: 'symptom', blames: [{ kind: 'ExternalSecret', namespace: 'shop', name: 'api' }] },
  ]);
});
