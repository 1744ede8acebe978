import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { coldRun } from './cold-run.ts';
import { generateScale } from './generate.ts';
import { median } from '../statistics.ts';
import { spreadOf, warmFaults } from './warm-faults.ts';
import { warmRuns } from './warm-run.ts';

// node bench/src/scale/main.ts [--runs 5] [--pods N] [--skip cold,informers,warm,faults] [--json FILE]
// Every fault is looked for among N Pods (10,000); growth is shown from a tenth of them to three times as many.
const root = resolve(import.meta.dirname, '../../..');
const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '5' },
    pods: { type: 'string', default: '10000' },
    skip: { type: 'string', default: '' },
    json: { type: 'string' },
  },
});
const runs = Number(values.runs);
const skipped = new Set(values.skip.split(','));
const middle = Number(values.pods);
const BARS: Readonly<Record<number, { seconds: number; megabytes: number }>> = {
  1_000: { seconds: 3, megabytes: 400 },
  10_000: { seconds: 15, megabytes: 1_500 },
};
const SIZES = [middle / 10, middle, middle * 3].map((pods) => ({ pods, bar: BARS[pods] ?? null }));
const FAULT = 'oom-killed';

/** A fresh process reads a recording of each size and diagnoses it; the informers of a server hold the smallest one. */
async function coldRows() {
  const work = mkdtempSync(join(tmpdir(), 'headwater-scale-'));
  const rows = [];
  try {
    for (const { pods, bar } of SIZES) {
      const target = join(work, `pods-${pods}`);
      const [faulty, healthy] = [join(root, 'recordings', FAULT), join(root, 'recordings', `${FAULT}-repaired`)];
      const made = generateScale({ faulty, healthy, target, pods, events: pods * 5 });
      const measured = [];
      for (let run = 0; run < runs; run++)
        measured.push(await coldRun(join(root, 'apps/headwater/src/main.ts'), target));
      const warm = pods === SIZES[0]?.pods && !skipped.has('informers') ? await warmRuns(target, runs) : null;
      const row = {
        ...made,
        seconds: Number(median(measured.map(({ seconds }) => seconds)).toFixed(2)),
        megabytes: median(measured.map(({ megabytes }) => megabytes)),
        verdict: measured[0]?.verdict,
        bar,
        ...(warm ? { informersMilliseconds: Math.round(median(warm)), informersBar: 500 } : {}),
      };
      rows.push(row);
      say('cold', row);
      rmSync(target, { recursive: true, force: true });
    }
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return rows;
}

/** One fault among objects that are in memory, by size: how cost grows. */
async function warmRows() {
  const rows = [];
  for (const { pods } of SIZES) {
    const [row] = await warmFaults({ pods, runs, fault: FAULT });
    if (row) rows.push(row);
    say('warm', row);
  }
  return rows;
}

/** Every fault of the corpus in a cluster of one size. */
async function everyFault() {
  const onFault = (fault: object): void => say('fault', fault);
  const faults = await warmFaults({ pods: middle, runs: Math.min(runs, 3), onFault });
  const slowest = faults.toSorted((left, right) => right.diagnose.cpu - left.diagnose.cpu).slice(0, 5);
  return {
    pods: middle,
    faults: faults.length,
    right: faults.filter(({ right }) => right).length,
    build: spreadOf(faults, ({ build }) => build),
    diagnose: spreadOf(faults, ({ diagnose }) => diagnose),
    bar: { medianMilliseconds: 1_000, p95Milliseconds: 3_000 },
    slowest: slowest.map(({ fault, verdict, build, diagnose }) => ({ fault, verdict, build, diagnose })),
  };
}

function say(part: string, value: unknown): void {
  process.stdout.write(`${part} ${JSON.stringify(value)}\n`);
}

function growthOf<Row extends { objects: number }>(rows: readonly Row[], cost: (row: Row) => number) {
  return rows.slice(1).flatMap((large, index) => {
    const small = rows[index];
    if (!small) return [];
    const times = (read: (row: Row) => number): number => Number((read(large) / read(small)).toFixed(2));
    return [{ objects: times(({ objects }) => objects), cost: times(cost) }];
  });
}

const cold = skipped.has('cold') ? [] : await coldRows();
const warm = skipped.has('warm') ? [] : await warmRows();
const faults = skipped.has('faults') ? null : await everyFault();
const result = {
  command: `node bench/src/scale/main.ts --runs ${runs} --pods ${middle}`,
  versions: { node: process.versions.node },
  note: 'Times in milliseconds, cold ones in seconds; medians over the runs, `cpu` is processor time of all threads. `build` indexes the objects, `diagnose` is the rest.',
  cold,
  warm,
  growth: {
    cold: growthOf(cold, ({ seconds }) => seconds),
    warm: growthOf(warm, ({ build, diagnose }) => build.cpu + diagnose.cpu),
  },
  faults,
};
say('growth', result.growth);
say('faults', faults);
if (values.json) {
  mkdirSync(dirname(values.json), { recursive: true });
  writeFileSync(values.json, `${JSON.stringify(result, null, 2)}\n`);
}
