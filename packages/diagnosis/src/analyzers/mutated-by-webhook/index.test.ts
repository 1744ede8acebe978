import { testAnalyzer } from '@headwater/testkit/analyzer-fixtures.ts';
import { fixtureInput } from '@headwater/testkit/fixture-snapshot.ts';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { buildSnapshot } from '../../snapshot/snapshot.ts';
import { analyzer } from './index.ts';

testAnalyzer(analyzer, import.meta.dirname);

it('never shows the value of a variable that holds a credential', () => {
  const text = readFileSync(join(import.meta.dirname, 'fixtures/positive-env.yaml'), 'utf8');
  const findings = analyzer.analyze(buildSnapshot(fixtureInput(parse(text) as Parameters<typeof fixtureInput>[0])));
  const [finding] = findings;
  expect(finding?.statement).toMatch(/changed env DB_PASSWORD of container api$/);
  expect(JSON.stringify(findings)).not.toMatch(/\b(one|two)\b/);
});
