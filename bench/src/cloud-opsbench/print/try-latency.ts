import { diagnoseSnapshot } from '@headwater/diagnosis/reasoning/diagnose.ts';
import { buildSnapshot } from '@headwater/diagnosis/snapshot/snapshot.ts';
import { caseInput } from '../adapter.ts';
import { predictionsOf, rankOf } from '../score.ts';
import { printCase } from './case.ts';
import { slowSite } from './slow-site.ts';

const count = Number(process.argv[2] ?? 20);
const kinds = (process.argv[3] ?? 'pod-delay').split(',');
const from = Number(process.argv[4] ?? 1);
const tally = new Map<string, [number, number, number]>();
const add = (key: string, rank: number) => {
  const t = tally.get(key) ?? [0, 0, 0];
  tally.set(key, [t[0] + (rank === 1 ? 1 : 0), t[1] + (rank > 0 ? 1 : 0), t[2] + 1]);
};
for (const kind of kinds)
  for (let seed = from; seed < from + count; seed++) {
    const { site, truth, words } = slowSite(kind as 'pod-delay', seed);
    const opsCase = printCase(site, { zone: { hours: 8 }, logs: 'suffixed', truth, id: `${kind}/${seed}` });
    const snapshot = buildSnapshot(caseInput(opsCase));
    const diagnosis = diagnoseSnapshot(snapshot, { version: 'x' });
    const rank = rankOf(truth, predictionsOf(diagnosis, snapshot));
    add(kind, rank);
    for (const word of words) add(`${kind} ${word}`, rank);
    if (rank !== 1)
      console.log(
        seed,
        kind,
        truth.fault_object,
        words.join(' '),
        diagnosis.verdict,
        diagnosis.causes
          .slice(0, 3)
          .map((c) => `${c.category}@${c.subject.kind}/${c.subject.name} ${c.findings.join(',')}`)
          .join(' | '),
      );
  }
for (const [key, [a, b, n]] of [...tally].sort())
  console.log(key.padEnd(40), `${a}/${n}`, (a / n).toFixed(2), '@3', (b / n).toFixed(2));
