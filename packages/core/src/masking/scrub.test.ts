import { expect, it } from 'vitest';
import { plainSecrets, scrubber, scrubTree } from './scrub.ts';

const deployment = (env: object[]) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'api' },
  spec: { template: { spec: { containers: [{ name: 'app', env }] } } },
});

it('knows the literals of sensitive variables and no others', () => {
  const secrets = plainSecrets([
    deployment([
      { name: 'DB_PASSWORD', value: 'correct-horse' },
      { name: 'API_TOKEN', value: 'short' },
      { name: 'REQUIRE_PASSWORD', value: 'false' },
      { name: 'LOG_LEVEL', value: 'information' },
    ]),
  ]);
  expect([...secrets]).toEqual(['correct-horse']);
});

it('masks a known value in any text, beside what looks like a credential', () => {
  const scrub = scrubber(new Set(['correct-horse', 'correct-horse-battery']));
  expect(scrub('login correct-horse-battery failed for postgres://u:hunter22@db:5432/x')).toBe(
    'login [masked:known-value] failed for postgres://u:[masked:password]@db:5432/x',
  );
});

it('reaches every text of a tree and leaves the rest alone', () => {
  const scrub = scrubber(new Set(['correct-horse']));
  expect(scrubTree({ a: ['correct-horse', 3, null], b: { c: 'said correct-horse', d: true } }, scrub)).toEqual({
    a: ['[masked:known-value]', 3, null],
    b: { c: 'said [masked:known-value]', d: true },
  });
});
