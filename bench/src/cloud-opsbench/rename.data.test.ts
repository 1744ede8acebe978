import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DATA_VARIABLE, type OpsCase } from './dataset.ts';
import { renameCase } from './rename.ts';
import { runCloudOpsBench } from './run.ts';
import type { CaseScore } from './score.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const DIRECTORY = process.env[DATA_VARIABLE] || join(ROOT, '../shared/bench/cloud-opsbench');
const HOW = `the Cloud-OpsBench lane needs the benchmark's cases, which are not part of this repository: put its *.jsonl.gz files into a directory and set ${DATA_VARIABLE} to it, then run the tests again`;
/** Enough to see every family, few enough for a test. */
const EVERY = 12;

async function ranks(transform?: (opsCase: OpsCase, index: number) => OpsCase): Promise<CaseScore[]> {
  let read = 0;
  let kept = 0;
  const scores = await runCloudOpsBench({
    directory: DIRECTORY,
    version: 'test',
    clock: () => performance.now(),
    filter: () => read++ % EVERY === 0,
    ...(transform ? { transform: (opsCase: OpsCase) => transform(opsCase, kept++) } : {}),
  });
  return scores;
}

function share(scores: readonly CaseScore[], isRight: (rank: number) => boolean): number {
  return scores.filter(({ rank }) => isRight(rank)).length / scores.length;
}

describe('Cloud-OpsBench', () => {
  const present = existsSync(DIRECTORY) && readdirSync(DIRECTORY).some((file) => file.endsWith('.jsonl.gz'));
  // Unlike an executable, the data cannot be installed, so that its absence is said and never fails.
  if (!present) {
    it(`is not run: ${HOW}`, () => {
      process.stderr.write(`\nNOT RUN: ${HOW}\n`);
    });
    return;
  }

  it('finds the cause, and the same rank when every name, label and port is another', async () => {
    const plain = await ranks();
    const renamed = await ranks((opsCase, index) => renameCase(opsCase, index));
    const short = ({ label, rank }: CaseScore): string => `${label} ${rank}`;
    expect(plain.length).toBeGreaterThan(20);
    expect(renamed.map(short)).toEqual(plain.map(short));
    expect(share(plain, (rank) => rank === 1)).toBeGreaterThanOrEqual(0.9);
    expect(share(plain, (rank) => rank > 0)).toBeGreaterThanOrEqual(0.95);
  }, 120_000);
});
