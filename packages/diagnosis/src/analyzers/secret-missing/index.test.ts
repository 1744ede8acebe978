import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { testAnalyzer } from '@headwater/testkit/analyzer-fixtures.ts';
import { fixtureInput } from '@headwater/testkit/fixture-snapshot.ts';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { buildSnapshot } from '../../snapshot/snapshot.ts';
import { analyzer } from './index.ts';

testAnalyzer(analyzer, import.meta.dirname);

function findingsOf(fixture: string) {
  const text = readFileSync(join(import.meta.dirname, 'fixtures', fixture), 'utf8');
  return analyzer.analyze(buildSnapshot(fixtureInput(parse(text) as Parameters<typeof fixtureInput>[0])));
}

it('calls a Secret nobody makes a cause, and one a controller should have made a symptom of that', () => {
  const [own] = findingsOf('positive-env.yaml');
  const [made] = findingsOf('positive-made-by-controller.yaml');
  expect(own).toMatchObject({ role: 'cause', blames: [] });
  expect(made).toMatchObject({ role: 'symptom', blames: [{ kind: 'ExternalSecret', namespace: 'shop', name: 'api' }] });
});
