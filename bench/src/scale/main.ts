import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { coldRun } from './cold-run.ts';
import { generateScale } from './generate.ts';
import { warmRuns } from './warm-run.ts';

// node bench/src/scale/main.ts [--runs 5] [--json bench/results/scale.json]
const root = resolve(import.meta.dirname, '../../..');
const { values } = parseArgs({ options: { runs: { type: 'string', default: '5' }, json: { type: 'string' } } });
const runs = Number(values.runs);
const executable = join(root, 'apps/headwater/src/main.ts');
const work = mkdtempSync(join(tmpdir(), 'headwater-scale-'));

const SIZES = [
  { pods: 1_000, events: 5_000, barSeconds: 3, barMegabytes: 400 },
  { pods: 10_000, events: 50_000, barSeconds: 15, barMegabytes: 1_500 },
];

function median(numbers: readonly number[]): number {
  return [...numbers].sort((left, right) => left - right)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}

const rows = [];
try {
  for (const size of SIZES) {
    const target = join(work, `pods-${size.pods}`);
    const made = generateScale({
      faulty: join(root, 'recordings/oom-killed'),
      healthy: join(root, 'recordings/oom-killed-repaired'),
      target,
      ...size,
    });
    const measured = [];
    for (let run = 0; run < runs; run++) measured.push(await coldRun(executable, target));
    const warm = size.pods === 1_000 ? await warmRuns(target, runs) : null;
    const row = {
      ...made,
      seconds: Number(median(measured.map(({ seconds }) => seconds)).toFixed(2)),
      megabytes: median(measured.map(({ megabytes }) => megabytes)),
      verdict: measured[0]?.verdict,
      bar: `${size.barSeconds} s, ${size.barMegabytes} MB`,
      ...(warm ? { warmMilliseconds: Math.round(median(warm)), warmBar: '500 ms' } : {}),
    };
    rows.push(row);
    process.stdout.write(`${JSON.stringify(row)}\n`);
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}
const [small, large] = rows;
const growth =
  small && large
    ? {
        objects: Number((large.objects / small.objects).toFixed(2)),
        seconds: Number((large.seconds / small.seconds).toFixed(2)),
        megabytes: Number((large.megabytes / small.megabytes).toFixed(2)),
      }
    : null;
const result = {
  command: `node bench/src/scale/main.ts --runs ${runs}`,
  versions: { node: process.versions.node },
  note: 'cold process, medians',
  rows,
  growth,
};
process.stdout.write(`growth ${JSON.stringify(growth)}\n`);
if (values.json) {
  mkdirSync(dirname(values.json), { recursive: true });
  writeFileSync(values.json, `${JSON.stringify(result, null, 2)}\n`);
}
