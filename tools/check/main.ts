// npm run check [-- [--list] [--summary FILE] [STEP...]]
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { loadProject } from './project.ts';
import { type FinishedStep, formatSummary } from './report.ts';
import { STEPS, type Step } from './steps.ts';

const root = resolve(import.meta.dirname, '../..');

async function runStep(step: Step, project: ReturnType<typeof loadProject>): Promise<FinishedStep> {
  const started = performance.now();
  const result = await step.run(root, project).catch((error: unknown) => ({
    ok: false,
    output: `the step itself failed: ${error instanceof Error ? error.stack : String(error)}`,
  }));
  return { name: step.name, what: step.what, ...result, seconds: (performance.now() - started) / 1000 };
}

async function runAll(steps: readonly Step[]): Promise<FinishedStep[]> {
  const project = loadProject(root);
  const finished = new Map<Step, FinishedStep>();
  const waiting = [...steps];
  const worker = async (): Promise<void> => {
    for (let step = waiting.shift(); step; step = waiting.shift()) finished.set(step, await runStep(step, project));
  };
  // The tools are processes of their own; one more than the cores keeps both busy while a tool reads files.
  await Promise.all(Array.from({ length: availableParallelism() + 1 }, worker));
  return steps.flatMap((step) => finished.get(step) ?? []);
}

function chosenSteps(names: readonly string[]): readonly Step[] {
  const unknown = names.filter((name) => !STEPS.some((step) => step.name === name));
  if (unknown.length > 0) {
    console.error(`no such step: ${unknown.join(', ')}. Steps: ${STEPS.map((step) => step.name).join(', ')}`);
    process.exit(2);
  }
  return names.length === 0 ? STEPS : STEPS.filter((step) => names.includes(step.name));
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { list: { type: 'boolean' }, summary: { type: 'string' } },
});
if (values.list) {
  for (const step of STEPS) console.log(`${step.name.padEnd(14)}${step.what}`);
  process.exit(0);
}
const finished = await runAll(chosenSteps(positionals));
const passed = finished.filter((step) => step.ok).length;
const failed = finished.length - passed;
if (values.summary !== undefined) {
  mkdirSync(dirname(resolve(values.summary)), { recursive: true });
  writeFileSync(values.summary, `${JSON.stringify({ passed, failed })}\n`);
}
console.log(formatSummary(finished));
console.log(failed === 0 ? `check: ${passed} steps ok` : `check: ${failed} of ${finished.length} steps failed`);
process.exitCode = failed === 0 ? 0 : 1;
