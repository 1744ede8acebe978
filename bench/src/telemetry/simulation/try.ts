import { parseArgs } from 'node:util';
import { diagnoseSnapshot } from '@headwater/diagnosis/reasoning/diagnose.ts';
import { buildSnapshot } from '@headwater/diagnosis/snapshot/snapshot.ts';
import { telemetrySuspects } from '@headwater/diagnosis/suspects/suspects.ts';
import { mean } from '../../statistics.ts';
import { rankedServices } from '../rank-services.ts';
import { type TelemetryCase, telemetryInput } from '../telemetry-case.ts';
import { baro, nSigma } from './baselines.ts';
import { SIMULATED, type Simulated } from './faults.ts';
import { LATE, simulatedCase } from './simulate-case.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '10' },
    from: { type: 'string', default: '1' },
    quick: { type: 'boolean' },
  },
});
const [first, count] = [Number(values.from), Number(values.seeds)];

type Method = (one: TelemetryCase) => string[];

const suspects =
  (late: number): Method =>
  (one) => {
    const snapshot = buildSnapshot(telemetryInput(one));
    return [...new Set(telemetrySuspects(snapshot, one.injected + late).map(({ subject }) => subject.name))];
  };
const engine: Method = (one) => {
  const snapshot = buildSnapshot(telemetryInput(one));
  return rankedServices(snapshot, diagnoseSnapshot(snapshot, { version: 'bench' }), one.injected);
};
const metricsOnly = (one: TelemetryCase): TelemetryCase => ({ ...one, spans: [], logs: [] });

const METHODS: Readonly<Record<string, Method>> = {
  ...(values.quick
    ? {}
    : { 'rankedServices, all': engine, 'rankedServices, metrics only': (one) => engine(metricsOnly(one)) }),
  'suspects, all': suspects(0),
  'suspects, all, 60 s late': suspects(LATE),
  'suspects, metrics only': (one) => suspects(0)(metricsOnly(one)),
  BARO: (one) => baro(one, one.injected),
  'BARO, 60 s late': (one) => baro(one, one.injected + LATE),
  NSigma: (one) => nSigma(one, one.injected),
  'NSigma, 60 s late': (one) => nSigma(one, one.injected + LATE),
};

const places = new Map<string, Map<Simulated, number[]>>();
for (const fault of SIMULATED)
  for (let seed = first; seed < first + count; seed++) {
    const one = simulatedCase(fault, seed);
    for (const [name, method] of Object.entries(METHODS)) {
      const byFault = places.get(name) ?? new Map<Simulated, number[]>();
      places.set(name, byFault);
      byFault.set(fault, [...(byFault.get(fault) ?? []), method(one).indexOf(one.truth)]);
    }
  }

const at = (list: readonly number[], depth: number): number =>
  mean(list.map((place) => (place >= 0 && place < depth ? 1 : 0)));
const scores = (list: readonly number[]): string =>
  [at(list, 1), at(list, 3), mean([1, 2, 3, 4, 5].map((depth) => at(list, depth)))]
    .map((value) => value.toFixed(2))
    .join('/');
process.stdout.write(`AC@1/AC@3/Avg@5 over ${count} seeds a fault\n| method | ${SIMULATED.join(' | ')} | all |\n`);
for (const [name, byFault] of places)
  process.stdout.write(
    `| ${name} | ${SIMULATED.map((fault) => scores(byFault.get(fault) ?? [])).join(' | ')} | ${scores([...byFault.values()].flat())} |\n`,
  );
