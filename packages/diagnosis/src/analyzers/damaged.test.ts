import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';
import { parseObject } from '@headwater/contracts/kube/parse.ts';
import { fixtureInput } from '@headwater/testkit/fixture-snapshot.ts';
import { yamlFixture } from '@headwater/testkit/yaml-fixture.ts';
import { describe, expect, it } from 'vitest';
import { checkClaim } from '../checker/claims.ts';
import type { Analyzer, Finding } from '../finding.ts';
import { buildSnapshot, type Snapshot } from '../snapshot/snapshot.ts';
import { ANALYZERS } from './registry.gen.ts';

// The fixtures are many; each is hurt once, and each in its own way.
const DAMAGES_PER_FIXTURE = 1;
// Part of the fields of an object that are lost, nulled or of the wrong type.
const SHARE = 0.12;

/** A small deterministic generator: the same damage on every run. */
function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

function hash(text: string): number {
  let value = 0;
  for (const character of text) value = (Math.imul(value, 31) + (character.codePointAt(0) ?? 0)) >>> 0;
  return value;
}

function damage(value: unknown, random: () => number): unknown {
  if (Array.isArray(value)) {
    const kept = value.filter(() => random() > SHARE / 2).map((item) => damage(item, random));
    return random() < SHARE / 2 ? [...kept].reverse() : kept;
  }
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).flatMap(([key, item]): [string, unknown][] => {
    const roll = random();
    if (roll < SHARE / 2) return [];
    if (roll < SHARE * 0.75) return [[key, null]];
    if (roll < SHARE) return [[key, typeof item === 'string' ? 7 : 'odd']];
    return [[key, damage(item, random)]];
  });
  return Object.fromEntries(entries);
}

// The identity survives: without it a reader would not have kept the object at all.
function damagedObject(object: unknown, random: () => number): KubeObject | null {
  const { apiVersion, kind, metadata } = object as KubeObject;
  const hurt = damage(object, random) as Record<string, unknown>;
  const known = typeof hurt['metadata'] === 'object' ? hurt['metadata'] : {};
  const identity = { name: metadata.name, ...(metadata.namespace ? { namespace: metadata.namespace } : {}) };
  return parseObject({ ...hurt, apiVersion, kind, metadata: { ...known, ...identity } }).object;
}

function fixturesOf(analyzer: Analyzer): { file: string; text: string }[] {
  const directory = join(import.meta.dirname, analyzer.name, 'fixtures');
  return readdirSync(directory).map((file) => ({ file, text: readFileSync(join(directory, file), 'utf8') }));
}

function assertSound(snapshot: Snapshot, finding: Finding, where: string): void {
  const { statement, subject, aliases = [], affects = [], blames = [], actor, evidence } = finding;
  const subjects = [subject, ...aliases, ...affects, ...blames, ...(actor ? [actor] : [])];
  expect(checkClaim(snapshot, { statement, subjects, evidence }), `${where}: ${statement}`).toEqual([]);
  for (const one of subjects) expect(one.name, `${where}: ${statement}`).not.toBe('');
}

describe('damaged input', () => {
  const named = ANALYZERS.map((analyzer) => [analyzer.name, analyzer] as const);
  it.each(named)('%s neither throws nor claims what is not there', (_, analyzer) => {
    for (const { file, text } of fixturesOf(analyzer)) {
      const content = yamlFixture(text);
      const whole = fixtureInput(content);
      for (let seed = 1; seed <= DAMAGES_PER_FIXTURE; seed++) {
        const random = randomOf(seed * 7919 + hash(`${analyzer.name}/${file}`));
        const objects = (content.objects ?? []).flatMap((object) => damagedObject(object, random) ?? []);
        const snapshot = buildSnapshot({ ...whole, objects });
        for (const finding of analyzer.analyze(snapshot)) assertSound(snapshot, finding, `${file}, damage ${seed}`);
      }
    }
  });
});
