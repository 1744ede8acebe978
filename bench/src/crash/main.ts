import { writeFile } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { formatTime } from '@headwater/core/time.ts';
import { runCrash } from './run.ts';

// node bench/src/crash/main.ts [--points 200] [--alerts 10000] [--seed 1] [--json bench/results/crash.json]
const { values } = parseArgs({
  options: {
    points: { type: 'string', default: '200' },
    alerts: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
    json: { type: 'string' },
  },
});
const started = Date.now();
const outcome = await runCrash({
  seed: Number(values.seed),
  points: Number(values.points),
  alerts: Number(values.alerts),
  blows: ['server', 'server and database'],
  cacheDirectory: join(tmpdir(), `headwater-test-postgres-${process.getuid?.() ?? 0}`),
  now: Date.now,
  say: (line) => void process.stderr.write(`${line}\n`),
});
const result = {
  command: `node bench/src/crash/main.ts --points ${values.points} --alerts ${values.alerts} --seed ${values.seed}`,
  node: process.versions.node,
  cores: cpus().length,
  madeAt: formatTime(started),
  seconds: Math.round((Date.now() - started) / 1000),
  ...outcome,
};
process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
if (values.json) await writeFile(values.json, `${JSON.stringify(result, null, 2)}\n`);
process.exitCode = outcome.violations.length === 0 ? 0 : 1;
