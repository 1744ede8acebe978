import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { fitsOf } from './fits.ts';
import { KIND_SCHEMAS } from './kinds.ts';

const pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web-0', labels: { app: 'web' }, ownerReferences: [{ kind: 'ReplicaSet', controller: true }] },
  spec: { containers: [{ name: 'app', ports: [{ containerPort: 80 }], livenessProbe: { httpGet: { port: 'http' } } }] },
  status: { phase: 'Running', containerStatuses: null },
};

// What may stand where something else is wanted.
const STRAYS: readonly unknown[] = [null, '', 'text', 0, Number.NaN, true, [], [null], ['text'], {}, { name: 1 }];

function* damaged(value: unknown): Iterable<unknown> {
  yield* STRAYS;
  if (value === null || typeof value !== 'object') return;
  for (const [key, field] of Object.entries(value))
    for (const stray of damaged(field))
      yield Array.isArray(value) ? value.with(Number(key), stray) : { ...value, [key]: stray };
}

describe('fitsOf', () => {
  it('takes a Pod as an API server sends it', () => {
    expect(fitsOf(KIND_SCHEMAS.Pod)(pod)).toBe(true);
  });

  it('never takes what the schema refuses, and of kinds takes all that it accepts', () => {
    const [schema, fits] = [KIND_SCHEMAS.Pod, fitsOf(KIND_SCHEMAS.Pod)];
    const answers = [...damaged(pod)].map((value) => [fits(value), schema.safeParse(value).success]);
    expect(answers.length).toBeGreaterThan(200);
    expect(answers.filter(([quick, thorough]) => quick !== thorough)).toEqual([]);
  });

  it('leaves a schema with conditions of its own to the schema', () => {
    expect(fitsOf(z.string().min(1))('text')).toBe(false);
  });
});
