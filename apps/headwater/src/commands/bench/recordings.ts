import { readdir } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { familyOf } from '@headwater/contracts/diagnosis/families.ts';
import type { Diagnosis } from '@headwater/contracts/diagnosis/diagnosis.ts';
import type { ExpectedDiagnosis } from '@headwater/contracts/recording/expected.ts';
import { AppError } from '@headwater/core/errors.ts';
import { Command } from 'commander';
import type { CommandContext } from '../../cli/context.ts';
import { EXIT } from '../../cli/exit-codes.ts';
import { startProgress } from '../../cli/progress.ts';
import { renderTable } from '../../render/table.ts';
import { VERSION } from '../../version.ts';
import { writeResult } from './write-result.ts';

interface Flags {
  readonly json?: string;
}

interface Row {
  readonly name: string;
  readonly family: string;
  readonly verdict: Diagnosis['verdict'];
  readonly right: boolean;
  readonly aspects: Readonly<Partial<Record<string, boolean>>>;
  readonly misses: readonly string[];
  readonly seconds: number;
}

const ASPECTS = ['verdict', 'object', 'category', 'keywords', 'forbidden', 'remediation', 'claims'] as const;

/** `headwater bench recordings`: every recording that has an expected.yaml, diagnosed and scored. */
export function recordingsBenchCommand(context: CommandContext): Command {
  return new Command('recordings')
    .description(
      'Score the engine on recordings with an expected.yaml: first cause, category, keywords, forbidden causes, twins, abstention. Exits 9 on a miss.',
    )
    .argument('[paths...]', 'recordings, or directories of recordings', ['recordings'])
    .option('--json <file>', 'write the result here')
    .addHelpText(
      'after',
      '\nExamples:\n  headwater bench recordings\n  headwater bench recordings ./our-incidents --json result.json\n',
    )
    .action((paths: string[], flags: Flags) => runBench(context, paths, flags));
}

async function runBench(context: CommandContext, paths: readonly string[], flags: Flags): Promise<void> {
  const { io, exit } = context;
  const found = (await Promise.all(paths.map(recordingsIn))).flat();
  if (found.length === 0) throw new AppError('not_found', `no recording with an expected.yaml in ${paths.join(', ')}`);
  const progress = startProgress(io, 'Diagnosing');
  const rows: Row[] = [];
  for (const path of found) {
    progress.say(`${rows.length + 1}/${found.length} ${path}`);
    const row = await scoreRecording(context, path);
    if (row) rows.push(row);
  }
  progress.done();
  // Nothing judged is not the same as everything right.
  if (rows.length === 0) throw new AppError('not_found', `no recording with an expected.yaml in ${paths.join(', ')}`);
  io.out(render(rows));
  if (flags.json)
    writeResult(flags.json, {
      command: `headwater bench recordings ${paths.join(' ')}`,
      versions: { headwater: VERSION, node: process.versions.node },
      right: rows.filter(({ right }) => right).length,
      total: rows.length,
      recordings: rows,
    });
  if (rows.some(({ right }) => !right)) exit(EXIT.failed.code);
}

async function recordingsIn(path: string): Promise<string[]> {
  if (!existsSync(path))
    throw new AppError('not_found', `there is nothing at ${path}; expected a recording or a directory of recordings`);
  if (path.endsWith('.tar.gz') || existsSync(join(path, 'recording.yaml'))) return [path];
  const names = (await readdir(path)).sort();
  return names
    .filter((name) => name.endsWith('.tar.gz') || existsSync(join(path, name, 'recording.yaml')))
    .map((name) => join(path, name));
}

async function scoreRecording({ io, wiring }: CommandContext, path: string): Promise<Row | null> {
  const [{ recordingInput }, { diagnoseSnapshot }, { buildSnapshot }, { scoreDiagnosis }, { checkDiagnosis }] =
    await Promise.all([
      import('@headwater/engine/collect/from-recording.ts'),
      import('@headwater/diagnosis/reasoning/diagnose.ts'),
      import('@headwater/diagnosis/snapshot/snapshot.ts'),
      import('@headwater/engine/bench/score-recording.ts'),
      import('@headwater/diagnosis/checker/diagnosis.ts'),
    ]);
  const source = await wiring.openRecording(path);
  const expected = await source.expected();
  if (!expected) return null;
  const started = io.monotonic();
  const snapshot = buildSnapshot(await recordingInput(source));
  const diagnosis = diagnoseSnapshot(snapshot, { version: VERSION });
  const seconds = Math.round(io.monotonic() - started) / 1000;
  const score = scoreDiagnosis(diagnosis, expected, (subject) => snapshot.owners.chain(subject));
  const refused = checkDiagnosis(snapshot, diagnosis).map(
    ({ path: place, reason }) => `claim refused at ${place}: ${reason}`,
  );
  return {
    name: source.manifest.name,
    family: familyOfExpected(expected),
    verdict: diagnosis.verdict,
    right: score.right && refused.length === 0,
    aspects: { ...score.aspects, claims: refused.length === 0 },
    misses: [...score.misses, ...refused],
    seconds,
  };
}

function familyOfExpected({ verdict, category }: ExpectedDiagnosis): string {
  if (verdict === 'no-fault') return 'healthy (twins)';
  const [first] = category;
  return first ? familyOf(first) : verdict === 'cause' ? 'other' : 'abstention';
}

function render(rows: readonly Row[]): string {
  const families = [...Map.groupBy(rows, ({ family }) => family)].sort(([left], [right]) => (left < right ? -1 : 1));
  const line = (name: string, group: readonly Row[]): string[] => [
    name,
    String(group.length),
    String(group.filter(({ right }) => right).length),
    ...ASPECTS.map((aspect) => share(group, aspect)),
    median(group.map(({ seconds }) => seconds)).toFixed(2),
  ];
  const table = renderTable(
    ['family', 'recordings', 'right', ...ASPECTS, 'seconds'],
    [...families.map(([name, group]) => line(name, group)), line('all', rows)],
  );
  const missed = rows
    .filter(({ right }) => !right)
    .flatMap(({ name, misses }) => misses.map((miss) => `  ${name}: ${miss}`));
  return `${table}\n${missed.length === 0 ? 'Every recording is right.' : `Missed:\n${missed.join('\n')}`}\n`;
}

function share(rows: readonly Row[], aspect: string): string {
  const judged = rows.filter(({ aspects }) => aspects[aspect] !== undefined);
  return judged.length === 0 ? '-' : `${judged.filter(({ aspects }) => aspects[aspect]).length}/${judged.length}`;
}

function median(values: readonly number[]): number {
  return [...values].sort((left, right) => left - right)[Math.floor(values.length / 2)] ?? 0;
}
