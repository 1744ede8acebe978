import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readNezha } from './nezha.ts';
import { readPetshop } from './petshop.ts';
import { readRcaEval } from './rcaeval.ts';
import { readRcd } from './rcd.ts';
import { runCase, telemetrySuites } from './suite.ts';
import { writeSamples } from './test-samples.ts';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'headwater-layouts-'));
  writeSamples(directory);
});
afterAll(() => rmSync(directory, { recursive: true }));

const options = { version: 'test', clock: () => 0 };

describe('layouts of telemetry data sets', () => {
  it.each([
    ['rcd', readRcd, 3],
    ['rcaeval', readRcaEval, 3],
    ['petshop', readPetshop, 1],
    ['nezha', readNezha, 1],
  ] as const)('%s: every case is read, and its service blamed first', (name, read, count) => {
    const cases = [...read(join(directory, name))];
    expect(cases).toHaveLength(count);
    for (const one of cases) {
      expect(one.series.length).toBeGreaterThan(10);
      expect(one.now).toBeGreaterThan(one.injected);
      expect(runCase(one, options)).toMatchObject({ truth: one.truth, right: true });
    }
  });

  it('says what a suite needs when its data is absent', () => {
    const suiteOptions = { ...options, root: '.', seeds: 1 };
    for (const suite of telemetrySuites) {
      expect(suite.missing({ ...suiteOptions, data: null })).toContain(suite.name);
      expect(suite.missing({ ...suiteOptions, data: directory })).toBeNull();
    }
  });

  it('names the file and what was expected of a malformed case', () => {
    writeFileSync(join(directory, 'rcaeval/orders_cpu/1/inject_time.txt'), 'noon');
    expect(() => [...readRcaEval(join(directory, 'rcaeval'))]).toThrow(
      /inject_time\.txt: expected the time of injection in seconds/,
    );
    writeFileSync(join(directory, 'petshop/low_traffic/test/issue0/target.json'), '{');
    expect(() => [...readPetshop(join(directory, 'petshop'))]).toThrow(/target\.json is not JSON/);
  });
});
