import { shareOf } from '../../statistics.ts';
import type { CaseResult, Score, Suite, SuiteOptions } from '../../suite.ts';
import { HARMLESS } from './damage.ts';
import { FAULTS } from './faults.ts';
import { printedFault, printedSlowness, scorePrinted } from './run.ts';
import { seeded } from '../../seeded.ts';

const SLOW = ['pod-delay', 'node-delay', 'node-loss'] as const;
const DELAYS_A_SEED = 4;
const NODES_A_SEED = 1;
// Printing forty services takes longer than diagnosing them; a variant needs few seeds to meet every layout.
const MOST_SEEDS = 7;
const DAMAGED = 'damaged';

/** A made application of forty services, printed as the data set's tools print a cluster: the reader's independent check. */
export const cloudOpsBenchPrinted: Suite = {
  name: 'cloud-opsbench-printed',
  title: 'Cloud-OpsBench, a made application in print',
  missing: () => null,
  parts: async () => [...new Set(FAULTS.map(({ label }) => label)), ...SLOW],
  run: async (part, options) => runPart(part, options),
  summarise,
};

function runPart(part: string, options: SuiteOptions): CaseResult[] {
  const slow = SLOW.find((kind) => kind === part);
  if (slow) {
    const count = options.seeds * (slow === 'pod-delay' ? DELAYS_A_SEED : NODES_A_SEED);
    return Array.from({ length: count }, (_, at) =>
      scorePrinted(printedSlowness(slow, at + 1).opsCase, {
        arm: slow,
        version: options.version,
        clock: options.clock,
      }),
    );
  }
  return FAULTS.filter(({ label }) => label === part).flatMap((fault) =>
    Array.from({ length: Math.min(MOST_SEEDS, options.seeds) }, (_, at) => {
      const opsCase = printedFault(fault, at + 1);
      const damage = HARMLESS[at % HARMLESS.length];
      const spoilt = damage ? damage.apply(opsCase, seeded(at + 1)) : opsCase;
      return [
        scorePrinted(opsCase, { arm: 'full', version: options.version, clock: options.clock }),
        scorePrinted(
          { ...spoilt, id: `${opsCase.id}, ${damage?.name ?? ''}` },
          { arm: DAMAGED, version: options.version, clock: options.clock },
        ),
      ];
    }).flat(),
  );
}

const BARS: Readonly<Record<string, readonly [name: string, bar: number]>> = {
  full: ['A@1, configuration and state', 0.95],
  [DAMAGED]: ['A@1, with parts of the print absent or in another layout', 0.9],
  'pod-delay': ['A@1, network delay of a Pod', 0.85],
  'node-delay': ['A@1, network delay of a Node', 0.8],
  'node-loss': ['A@1, packet loss of a Node', 0.8],
};

function summarise(cases: readonly CaseResult[]): Score[] {
  return Object.entries(BARS).map(([arm, [name, bar]]) => {
    const of = cases.filter((one) => one.arm === arm);
    return { name, value: shareOf(of, ({ right }) => right), cases: of.length, unit: 'share', bar };
  });
}
