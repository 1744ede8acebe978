import { diagnoseSnapshot } from '@headwater/diagnosis/reasoning/diagnose.ts';
import { buildSnapshot } from '@headwater/diagnosis/snapshot/snapshot.ts';
import { caseInput } from '../adapter.ts';
import { predictionsOf, rankOf } from '../score.ts';
import { printCase, type LogLayout } from './case.ts';
import { FAULTS } from './faults.ts';
import { makeSite, NAMES } from './site.ts';

const filter = process.argv[2] ?? '';
const seeds = Number(process.argv[3] ?? 1);
const LAYOUTS: LogLayout[] = ['lines', 'suffixed', 'parts'];
let right = 0,
  all = 0;
for (const fault of FAULTS) {
  if (!`${fault.label}/${fault.variant}`.includes(filter)) continue;
  const wrong: string[] = [];
  let n = 0,
    ok = 0,
    third = 0;
  for (let seed = 1; seed <= seeds; seed++)
    for (const [at, names] of NAMES.entries()) {
      const site = makeSite(names, seed * 7 + at, { shared: (seed + at) % 2 === 0, sidecars: seed % 3 !== 0 });
      const object = fault.inject(site);
      const truth = { fault_taxonomy: fault.taxonomy, fault_object: object, root_cause: fault.label };
      const opsCase = printCase(site, { zone: { hours: 8 }, logs: LAYOUTS[(seed + at) % 3]!, truth, id: `${seed}` });
      const snapshot = buildSnapshot(caseInput(opsCase));
      const diagnosis = diagnoseSnapshot(snapshot, { version: 'x' });
      const predictions = predictionsOf(diagnosis, snapshot);
      const rank = rankOf(truth, predictions);
      n++;
      if (rank === 1) ok++;
      if (rank > 0) third++;
      if (rank !== 1)
        wrong.push(
          `   ${seed}/${at} ${object} ${diagnosis.verdict}: ${diagnosis.causes
            .slice(0, 3)
            .map(
              (c) =>
                `${c.category}@${c.subject.kind}/${c.subject.name} ${c.findings.join(',')} "${c.statement.slice(0, 160)}"`,
            )
            .join(' | ')}`,
        );
      if (process.argv[4])
        console.log(
          JSON.stringify(opsCase.kubectl?.[process.argv[4]!] ?? Object.keys(opsCase.kubectl ?? {}), null, 1),
          diagnosis.summary,
        );
    }
  right += ok;
  all += n;
  console.log(`${fault.label} / ${fault.variant}: ${ok}/${n} @3 ${third}`);
  for (const w of wrong.slice(0, 2)) console.log(w);
}
console.log(right, all);
