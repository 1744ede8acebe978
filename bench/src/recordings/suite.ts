import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { openRecording } from '@headwater/adapters/recording/open.ts';
import { familyOf } from '@headwater/contracts/diagnosis/families.ts';
import { recordingInput } from '@headwater/engine/collect/from-recording.ts';
import { caseResult } from '../score-case.ts';
import { medianTime } from '../common-scores.ts';
import { shareOf } from '../statistics.ts';
import type { CaseResult, Score, Suite, SuiteOptions } from '../suite.ts';
import { timedDiagnosis } from '../timed-diagnosis.ts';

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

async function runPart(part: string, options: SuiteOptions): Promise<CaseResult[]> {
  const results: CaseResult[] = [];
  const { root } = options;
  for (const name of namesIn(root).filter((_, index) => index % PARTS === Number(part))) {
    const source = await openRecording(join(root, 'recordings', name));
    const expected = await source.expected();
    if (!expected) continue;
    const { snapshot, diagnosis, ms } = timedDiagnosis(await recordingInput(source), options);
    const [category] = expected.category;
    const group = category ? familyOf(category) : expected.verdict;
    results.push(caseResult({ diagnosis, snapshot, expected }, { id: name, group, arm: 'full', ms }));
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
    medianTime('time a diagnosis, median', cases),
  ];
}
