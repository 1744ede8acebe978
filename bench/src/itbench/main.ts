import { parseArgs } from 'node:util';
import { formatSubject } from '@headwater/core/subject.ts';
import { type ItBenchCase, runItBench } from './run.ts';

/** `node bench/src/itbench/main.ts --data DIR [SCENARIO...] [--show]`: causes and chains against ITBench's ground truths. */
async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { data: { type: 'string' }, show: { type: 'boolean' } },
  });
  if (!values.data) {
    process.stderr.write('Give the directory with the ground truths: --data DIR (files scenario_N.yaml).\n');
    return 2;
  }
  const { cases, means } = await runItBench({
    data: values.data,
    version: 'bench',
    clock: () => performance.now(),
    ...(positionals.length > 0 ? { only: positionals } : {}),
  });
  for (const entry of cases) process.stdout.write(lineOf(entry, values.show ?? false));
  for (const [name, value] of Object.entries<number>({ ...means }))
    process.stdout.write(`${name.padEnd(16)}${Number.isInteger(value) ? value : value.toFixed(3)}\n`);
  return 0;
}

function lineOf({ id, diagnosis, mechanisms, scored, ms }: ItBenchCase, show: boolean): string {
  const [cause] = diagnosis.causes;
  const answer = cause ? `${cause.category} ${formatSubject(cause.subject)}` : diagnosis.verdict;
  const chain = scored.chain ? scored.chain.f1.toFixed(2) : '-';
  const head = `${id.padStart(4)} ${scored.first ? 'right' : 'WRONG'} place ${scored.place ?? '-'} f1 ${scored.f1.toFixed(2)} chain ${chain} explained ${scored.explained.toFixed(2)} ${ms.toFixed(0)} ms [${mechanisms.join(', ')}] ${answer}\n`;
  if (!show) return head;
  return `${head}${scored.missing.map((edge) => `       - ${edge}\n`).join('')}${scored.surplus.map((edge) => `       + ${edge}\n`).join('')}`;
}

process.exitCode = await main();
