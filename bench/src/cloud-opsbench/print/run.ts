import type { CaseResult } from '../../suite.ts';
import type { OpsCase } from '../dataset.ts';
import { scoreCase } from '../run.ts';
import { resultOf } from '../suite.ts';
import { type LogLayout, printCase } from './case.ts';
import type { PrintedFault } from './faults.ts';
import type { Slowness } from './latency.ts';
import { makeSite, NAMES } from './site.ts';
import { slowSite } from './slow-site.ts';

const LAYOUTS: readonly LogLayout[] = ['lines', 'suffixed', 'parts'];
const ZONES = [8, 0, -5] as const;

/** A printed case of a fault, by seed: other names, layouts, zones and shapes of the application each time. */
export function printedFault(fault: PrintedFault, seed: number): OpsCase {
  const names = NAMES[seed % NAMES.length] ?? NAMES[0];
  if (!names) throw new Error('no table of names');
  const site = makeSite(names, seed, { shared: seed % 4 < 2, sidecars: seed % 3 !== 0 });
  const object = fault.inject(site);
  const truth = { fault_taxonomy: fault.taxonomy, fault_object: object, root_cause: fault.label };
  return printCase(site, {
    zone: { hours: ZONES[seed % ZONES.length] ?? 0 },
    logs: LAYOUTS[seed % LAYOUTS.length] ?? 'lines',
    stamped: seed % 5 < 2,
    truth,
    id: `${fault.label}/${fault.variant}#${seed}`,
  });
}

/** A printed case of a slow or lossy network, by seed. */
export function printedSlowness(kind: Slowness['kind'], seed: number): { opsCase: OpsCase; words: readonly string[] } {
  const { site, truth, words } = slowSite(kind, seed);
  const opsCase = printCase(site, {
    zone: { hours: 8 },
    logs: 'suffixed',
    truth,
    id: `${kind}#${seed} ${words.join(' ')}`,
  });
  return { opsCase, words };
}

/** Reads, diagnoses and scores one printed case. */
export function scorePrinted(
  opsCase: OpsCase,
  options: { arm: string; version: string; clock: () => number },
): CaseResult {
  const { root_cause: label, fault_object: object } = opsCase.result;
  return resultOf(scoreCase(opsCase, label, options), { arm: options.arm, truth: `${label} @ ${object}` });
}
