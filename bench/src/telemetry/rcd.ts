import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { SECOND } from '@headwater/core/time.ts';
import { readRows } from './csv.ts';
import type { TelemetryCase } from './telemetry-case.ts';
import { wideTable } from './wide-table.ts';

const START = Date.UTC(2022, 0, 1);
const STEP = 5 * SECOND;

/** The layout of RCD: `<service>_<fault>/<n>/{normal,anomalous}.csv`, columns `<service>_<metric>`, rows in order of time. */
export function* readRcd(directory: string): Generator<TelemetryCase> {
  for (const pair of readdirSync(directory).sort()) {
    const [, truth = '', group = ''] = /^(.+)_([A-Za-z]+)$/.exec(pair) ?? [];
    if (truth === '') continue;
    for (const run of readdirSync(join(directory, pair)).sort()) {
      const files = ['normal.csv', 'anomalous.csv'].map((name) => join(directory, pair, run, name));
      if (files.some((file) => !existsSync(file))) continue;
      const [normal, anomalous] = files.map(readRows);
      const [header = [], ...before] = normal ?? [];
      const after = aligned(header, anomalous ?? []);
      const rows = [...before, ...after];
      // The tables carry no wall clock in common: order is all there is.
      const times = rows.map((_, index) => START + index * STEP);
      const injected = START + before.length * STEP;
      const now = START + rows.length * STEP;
      yield {
        id: `${pair}/${run}`,
        group,
        truth,
        injected,
        now,
        spans: [],
        logs: [],
        ...wideTable(header, rows, times),
      };
    }
  }
}

// Both tables hold the same columns, though not always in the same order.
function aligned(header: readonly string[], [own = [], ...rows]: readonly (readonly string[])[]): string[][] {
  const places = header.map((name) => own.indexOf(name));
  return rows.map((row) => places.map((place) => row[place] ?? ''));
}
