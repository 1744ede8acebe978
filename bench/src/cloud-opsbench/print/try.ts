import { performance } from 'node:perf_hooks';
import { shareOf } from '../../statistics.ts';
import type { CaseResult } from '../../suite.ts';
import { cloudOpsBenchPrinted } from './suite.ts';

/** `node bench/src/cloud-opsbench/print/try.ts [PART] [SEEDS]`: how the engine does on the printed application, part by part. */
async function main(): Promise<void> {
  const [wanted = '', seeds = '2'] = process.argv.slice(2);
  const options = { root: '.', data: null, version: '0', clock: () => performance.now(), seeds: Number(seeds) };
  const results: CaseResult[] = [];
  for (const part of (await cloudOpsBenchPrinted.parts(options)).filter((name) => name.includes(wanted)))
    results.push(...(await cloudOpsBenchPrinted.run(part, options)));
  const groups = Map.groupBy(results, ({ group, arm }) => `${group} ${arm}`);
  for (const [group, ofGroup] of groups) {
    const right = ofGroup.filter((one) => one.right).length;
    process.stdout.write(
      `${group.padEnd(48)} ${right}/${ofGroup.length} @3 ${shareOf(ofGroup, ({ third }) => third).toFixed(2)}\n`,
    );
    for (const one of ofGroup.filter((each) => !each.right).slice(0, 6))
      process.stdout.write(`   ${one.id}: ${one.truth} -> ${one.answer} (${one.verdict})\n`);
  }
}

await main();
