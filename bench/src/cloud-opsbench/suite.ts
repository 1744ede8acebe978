import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { quantile, shareOf } from '../statistics.ts';
import type { CaseResult, Score, Suite, SuiteOptions } from '../suite.ts';
import { familiesIn } from './dataset.ts';
import { renameCase } from './rename.ts';
import { runCloudOpsBench } from './run.ts';
import type { CaseScore } from './score.ts';

const FOLDER = 'cloud-opsbench';
const FIRST_SEED = 1;

/** Frozen incidents as kubectl text, as they are. */
export const cloudOpsBench: Suite = suiteOf('cloud-opsbench', 'Cloud-OpsBench', false);

/** The same with every name, label, image and port of the application replaced. */
export const cloudOpsBenchRenamed: Suite = suiteOf('cloud-opsbench-renamed', 'Cloud-OpsBench, renamed', true);

function suiteOf(name: string, title: string, renamed: boolean): Suite {
  return {
    name,
    title,
    ...(renamed ? {} : { alone: true }),
    missing: ({ data }) =>
      data && existsSync(join(data, FOLDER)) ? null : `needs ${FOLDER}/*.jsonl.gz in the directory of --data`,
    parts: async (options) => familiesIn(directoryOf(options)).map((file) => basename(file)),
    run: (part, options) => runPart(part, options, renamed),
    summarise: (cases) => summarise(cases, renamed ? {} : { bar: 20 }),
  };
}

function directoryOf({ data }: SuiteOptions): string {
  return join(data ?? '', FOLDER);
}

async function runPart(part: string, options: SuiteOptions, renamed: boolean): Promise<CaseResult[]> {
  let seed = FIRST_SEED;
  const scores = await runCloudOpsBench({
    directory: directoryOf(options),
    version: options.version,
    clock: options.clock,
    files: (file) => basename(file) === part,
    ...(renamed ? { transform: (opsCase) => renameCase(opsCase, seed++) } : {}),
  });
  return scores.map((score) => resultOf(score, { arm: 'full', truth: score.label }));
}

/** A scored case as a case of a suite. */
export function resultOf(score: CaseScore, { arm, truth }: Pick<CaseResult, 'arm' | 'truth'>): CaseResult {
  const [first] = score.predictions;
  return {
    id: score.id,
    group: score.label,
    arm,
    expects: 'cause',
    truth,
    answer: first ? `${first.label} @ ${first.objects.join(' = ')}` : score.verdict,
    verdict: score.verdict,
    right: score.rank === 1,
    third: score.rank > 0,
    confidence: score.confidence,
    ms: score.ms,
  };
}

function summarise(cases: readonly CaseResult[], ofTime: Pick<Score, 'bar'>): Score[] {
  const times = cases.map(({ ms }) => ms);
  return [
    {
      name: 'A@1',
      value: shareOf(cases, ({ right }) => right),
      cases: cases.length,
      unit: 'share',
      bar: 0.97,
      published: 'best agent 0.73 (DeepSeek-V3.2, Cloud-OpsBench README)',
    },
    {
      name: 'A@3',
      value: shareOf(cases, ({ third }) => third),
      cases: cases.length,
      unit: 'share',
      bar: 0.985,
      published: 'best agent 0.79 (Cloud-OpsBench README)',
    },
    {
      name: 'time a case, median',
      value: quantile(times, 0.5),
      cases: cases.length,
      unit: 'ms',
      ...ofTime,
      published: 'agents 20-103 s',
    },
    { name: 'time a case, p95', value: quantile(times, 0.95), cases: cases.length, unit: 'ms' },
  ];
}
