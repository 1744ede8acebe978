import { parseArgs } from 'node:util';
import type { Diagnosis } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { ExpectedDiagnosis } from '@headwater/contracts/recording/expected.ts';
import { diagnoseSnapshot } from '@headwater/diagnosis/reasoning/diagnose.ts';
import type { SnapshotInput } from '@headwater/diagnosis/snapshot/input.ts';
import { buildSnapshot, type Snapshot } from '@headwater/diagnosis/snapshot/snapshot.ts';
import { scoreDiagnosis } from '@headwater/engine/bench/score-recording.ts';
import { worldToInput } from '@headwater/testkit/world/to-input.ts';
import { loadScenarios } from '../../../recordings/load.ts';
import type { Scenario } from '../../../recordings/scenario.ts';
import { amid, background, faultAtNoon } from './background.ts';
import { median } from '../statistics.ts';

// node bench/src/scale/measure-warm.ts --pods 10000 [--fault SLUG] [--runs 3]: diagnoses of faults inside one large healthy cluster
// whose objects are in memory, one line of JSON each. A process of its own, so that its heap can be bounded.
const { values } = parseArgs({
  options: {
    pods: { type: 'string', default: '10000' },
    fault: { type: 'string' },
    runs: { type: 'string', default: '3' },
  },
});

/** What one fault took; times in milliseconds, medians over the runs. */
export interface WarmFault {
  readonly fault: string;
  readonly verdict: string;
  /** Whether the diagnosis is the one the scenario expects. */
  readonly right: boolean;
  readonly pods: number;
  readonly objects: number;
  /** Indexing the objects, wall and processor time. */
  readonly build: Measured;
  /** From the indexed objects to the diagnosis. */
  readonly diagnose: Measured;
  readonly heapMegabytes: number;
}

export interface Measured {
  readonly wall: number;
  readonly cpu: number;
}

const pods = Number(values.pods);
const runs = Number(values.runs);
const scenarios = await loadScenarios();
const healthy = scenarios.find(({ slug }) => slug === 'oom-killed');
if (!healthy) throw new Error('the crowd is made of the repaired world of recordings/scenarios/oom-killed.ts');
const crowd = background(healthy, { pods, events: pods * 5 });
const chosen = scenarios.filter(({ slug }) => values.fault === undefined || slug === values.fault);
for (const [index, scenario] of chosen.entries()) {
  // The first diagnosis compiles and reads objects that informers of a running server have brought in one by one.
  if (index === 0) measure(scenario, 1);
  process.stdout.write(`${JSON.stringify(measure(scenario, runs))}\n`);
}

function measure(scenario: Scenario, times: number): WarmFault {
  const variant = faultAtNoon(scenario);
  const input = amid(worldToInput(variant.world), crowd);
  const builds: Measured[] = [];
  const diagnoses: Measured[] = [];
  let last: { snapshot: Snapshot; diagnosis: Diagnosis } | undefined;
  for (let run = 0; run < times; run++) {
    last = undefined;
    const [snapshot, build] = timed(() => buildSnapshot(anew(input)));
    const [diagnosis, diagnose] = timed(() => diagnoseSnapshot(snapshot, { version: 'bench' }));
    builds.push(build);
    diagnoses.push(diagnose);
    last = { snapshot, diagnosis };
  }
  const score =
    last &&
    scoreDiagnosis(last.diagnosis, ExpectedDiagnosis.parse(variant.expected), (subject) =>
      last.snapshot.owners.chain(subject),
    );
  return {
    fault: scenario.slug,
    verdict: last?.diagnosis.verdict ?? '',
    right: score?.right ?? false,
    pods: input.objects.filter(({ kind }) => kind === 'Pod').length,
    objects: input.objects.length,
    build: medians(builds),
    diagnose: medians(diagnoses),
    heapMegabytes: Math.round(process.memoryUsage().heapUsed / 1e6),
  };
}

// A server's list of objects is a new one for every diagnosis; the objects in it are the same.
function anew(input: SnapshotInput): SnapshotInput {
  return { ...input, objects: [...input.objects] };
}

function timed<T>(work: () => T): [T, Measured] {
  const [started, used] = [performance.now(), process.cpuUsage()];
  const result = work();
  const { user, system } = process.cpuUsage(used);
  return [result, { wall: performance.now() - started, cpu: (user + system) / 1000 }];
}

function medians(measured: readonly Measured[]): Measured {
  return {
    wall: Math.round(median(measured.map(({ wall }) => wall))),
    cpu: Math.round(median(measured.map(({ cpu }) => cpu))),
  };
}
