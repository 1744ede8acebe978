import { fixtureInput } from '@headwater/testkit/fixture-snapshot.ts';
import { testAnalyzer } from '@headwater/testkit/analyzer-fixtures.ts';
import { yamlFixture } from '@headwater/testkit/yaml-fixture.ts';
import { expect, it } from 'vitest';
import { buildSnapshot } from '../../snapshot/snapshot.ts';
import { analyzer } from './index.ts';

testAnalyzer(analyzer, import.meta.dirname);

it('is a symptom that blames the Service when its workload stands there without one', () => {
  const fixture = yamlFixture(`
listed: [shop/Service]
objects:
  - { apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: { name: web, namespace: shop }, spec: { defaultBackend: { service: { name: api, port: { number: 80 } } } } }
  - { apiVersion: apps/v1, kind: Deployment, metadata: { name: api, namespace: shop }, spec: { template: { metadata: { labels: { app: api } }, spec: { containers: [{ name: main }] } } } }`);
  const [finding] = analyzer.analyze(buildSnapshot(fixtureInput(fixture)));
  expect(finding).toMatchObject({
    code: 'ingress/backend-service-missing',
    role: 'symptom',
    blames: [{ kind: 'Service', name: 'api' }],
  });
});
