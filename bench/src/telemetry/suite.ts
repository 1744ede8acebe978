import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { diagnoseSnapshot } from '@headwater/diagnosis/reasoning/diagnose.ts';
import { buildSnapshot } from '@headwater/diagnosis/snapshot/snapshot.ts';
import { medianTime } from '../common-scores.ts';
import { mean, rounded } from '../statistics.ts';
import { type CaseResult, confidenceOf, type Score, type Suite, type SuiteOptions } from '../suite.ts';
import { readNezha } from './nezha.ts';
import { readPetshop } from './petshop.ts';
import { readRcaEval } from './rcaeval.ts';
import { readRcd } from './rcd.ts';
import { rankedServices } from './rank-services.ts';
import { type TelemetryCase, telemetryInput } from './telemetry-case.ts';

const DEPTHS = [1, 2, 3, 4, 5] as const;

interface Layout {
  readonly name: string;
  readonly title: string;
  readonly read: (directory: string) => Iterable<TelemetryCase>;
  readonly published: string;
}

const LAYOUTS: readonly Layout[] = [
  {
    name: 'nezha',
    title: 'Nezha',
    read: readNezha,
    published: 'Nezha 0.929 / 0.867, next best 0.411 / 0.200 (FSE 2023, Online Boutique / Train Ticket, AS@1)',
  },
  { name: 'petshop', title: 'Petshop', read: readPetshop, published: 'no figure at hand' },
  { name: 'rcd', title: 'RCD Sock Shop', read: readRcd, published: 'NSigma 0.40, BARO 0.10 (our run of both, AC@1)' },
  {
    name: 'rcaeval',
    title: 'RCAEval',
    read: readRcaEval,
    published: 'BARO Avg@5 0.86 OB, 0.95 SS, 0.81 TT (FSE 2024)',
  },
];

/** Data sets that hold metrics, traces and logs of services, and which service a fault was injected into. */
export const telemetrySuites: readonly Suite[] = LAYOUTS.map(suiteOf);

function suiteOf({ name, title, read, published }: Layout): Suite {
  return {
    name,
    title,
    missing: ({ data }) =>
      data && existsSync(join(data, name))
        ? null
        : `needs the folder ${name} in the directory of --data; see docs/benchmarks.md for its layout`,
    parts: async () => ['all'],
    run: async (_part, options) => [...read(join(options.data ?? '', name))].map((one) => runCase(one, options)),
    summarise: (cases) => summarise(cases, published),
  };
}

/** Diagnoses one case and ranks its services. */
export function runCase(one: TelemetryCase, { version, clock }: Pick<SuiteOptions, 'version' | 'clock'>): CaseResult {
  const input = telemetryInput(one);
  const start = clock();
  const snapshot = buildSnapshot(input);
  const diagnosis = diagnoseSnapshot(snapshot, { version });
  const ranked = rankedServices(snapshot, diagnosis, one.injected);
  const place = ranked.indexOf(one.truth) + 1;
  return {
    id: one.id,
    group: one.group,
    arm: 'full',
    expects: 'cause',
    truth: one.truth,
    answer: ranked.slice(0, 3).join(', ') || diagnosis.verdict,
    verdict: diagnosis.verdict,
    right: place === 1,
    third: place > 0 && place <= 3,
    confidence: confidenceOf(diagnosis),
    measures: Object.fromEntries(DEPTHS.map((depth) => [`@${depth}`, place > 0 && place <= depth ? 1 : 0])),
    ms: clock() - start,
  };
}

function summarise(cases: readonly CaseResult[], published: string): Score[] {
  const at = (depth: number): number => rounded(mean(cases.map(({ measures }) => measures?.[`@${depth}`] ?? 0)));
  const figure = (name: string, value: number): Score => ({ name, value, cases: cases.length, unit: 'share' });
  return [
    { ...figure('AC@1', at(1)), published },
    figure('AC@3', at(3)),
    figure('AC@5', at(5)),
    figure('Avg@5', rounded(mean(DEPTHS.map(at)))),
    medianTime('time a case, median', cases),
  ];
}
