import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { faultyVariant } from '../../../recordings/scenario.ts';
import { scenario } from '../../../recordings/scenarios/feature-flag.ts';
import { readScenario } from './input.ts';
import { itBenchLite, runScenario } from './suite.ts';
import { attributesCell, timeCell } from './tables.ts';
import { writeSample } from './test-sample.ts';

const variant = faultyVariant(scenario, 1);
let data: string;
let folder: string;
beforeAll(() => {
  data = mkdtempSync(join(tmpdir(), 'headwater-lite-'));
  folder = join(data, 'itbench-lite', 'Scenario-1');
  const [root] = variant.expected.causes ?? [];
  writeSample(folder, variant.world, {
    kind: root?.kind ?? '',
    namespace: root?.namespace ?? '',
    name: root?.name ?? '',
  });
});
afterAll(() => rmSync(data, { recursive: true }));

describe('ITBench-Lite tables', () => {
  it('give back what was written: objects, Events, versions, logs, spans and samples', () => {
    const { world } = variant;
    const input = readScenario(folder);
    expect(input.now).toBe(world.scene.now);
    expect(input.objects).toHaveLength(world.objects.length + world.events.length);
    expect(input.journal).toHaveLength(world.journal.length + world.objects.length);
    expect(input.metrics).toHaveLength(world.metrics.length);
    expect(input.traces).toHaveLength(world.traces.length);
    expect(input.logs.length).toBeGreaterThan(0);
    expect(input.alerts.map(({ status }) => status)).toContain('firing');
  });

  it('are diagnosed and scored by the truth beside them', async () => {
    const options = { root: '.', data, version: 'test', clock: () => 0, seeds: 1 };
    expect(await itBenchLite.parts(options)).toEqual(['Scenario-1']);
    expect(runScenario(folder, 'Scenario-1', options)).toMatchObject({ right: true, verdict: 'cause' });
  });

  it('say which table is malformed', () => {
    writeFileSync(join(folder, 'otel_logs_raw.tsv'), 'Timestamp\tBody\n2026\t"open');
    expect(() => readScenario(folder)).toThrow(/otel_logs_raw\.tsv is no table/);
  });
});

describe('cells', () => {
  it('read what Python and JSON print of a dictionary', () => {
    expect(attributesCell(`{'a.b': 'it\\'s', "c": 1}`)).toMatchObject({ 'a.b': String.raw`it\'s` });
    expect(attributesCell('{"a":"x","n":3}')).toEqual({ a: 'x', n: '3' });
  });

  it('read every way a time is written', () => {
    const expected = Date.UTC(2026, 2, 1, 10, 0, 0, 250);
    for (const text of ['2026-03-01 10:00:00.250000000', '2026-03-01T10:00:00.250Z', '1772359200.25'])
      expect(timeCell(text)).toBe(expected);
    expect(timeCell('soon')).toBeNull();
  });
});
