import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { openRecording } from '@headwater/adapters/recording/open.ts';
import { familyOf } from '@headwater/contracts/diagnosis/families.ts';
import { diagnoseSnapshot } from '@headwater/diagnosis/reasoning/diagnose.ts';
import { buildSnapshot } from '@headwater/diagnosis/snapshot/snapshot.ts';
import { recordingInput } from '@headwater/engine/collect/from-recording.ts';
import { caseResult } from '../score-case.ts';
import { quantile, shareOf } from '../statistics.ts';
import type { CaseResult, Score, Suite, SuiteOptions } from '../suite.ts';

const PARTS = 8;

/** The recordings of this repository, read from their files. */
export const recordings: Suite = {
  name: 'recordings',
  title: 'Recordings',
  missing: ({ root }) => (namesIn(root).length > 0 ? null : `no recordings in ${join(root, 'recordings')}`),
  parts: async () => Array.from({ length: PARTS }, (_, index) => String(index)),
  run: runPart,
  summarise,
};

function namesIn(root: string): string[] {
  const folder = join(root, 'recordings');
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => existsSync(join(folder, name, 'expected.yaml')))
    .sort();
}

async function runPart(part: string, { root, version, clock }: SuiteOptions): Promise<CaseResult[]> {
  const results: CaseResult[] = [];
  for (const name of namesIn(root).filter((_, index) => index % PARTS === Number(part))) {
    const source = await openRecording(join(root, 'recordings', name));
    const expected = await source.expected();
    if (!expected) continue;
    const input = await recordingInput(source);
    const start = clock();
    const snapshot = buildSnapshot(input);
    const diagnosis = diagnoseSnapshot(snapshot, { version });
    const [category] = expected.category;
    const group = category ? familyOf(category) : expected.verdict;
    results.push(caseResult({ diagnosis, snapshot, expected }, { id: name, group, arm: 'full', ms: clock() - start }));
  }
  return results;
}

function summarise(cases: readonly CaseResult[]): Score[] {
  const broken = cases.filter(({ expects }) => expects !== 'healthy');
  const twins = cases.filter(({ expects }) => expects === 'healthy');
  return [
    { name: 'right', value: shareOf(broken, ({ right }) => right), cases: broken.length, unit: 'share' },
    {
      name: 'repaired twins called healthy',
      value: shareOf(twins, ({ right }) => right),
      cases: twins.length,
      unit: 'share',
    },
    {
      name: 'time a diagnosis, median',
      value: quantile(
        cases.map(({ ms }) => ms),
        0.5,
      ),
      cases: cases.length,
      unit: 'ms',
    },
  ];
}
