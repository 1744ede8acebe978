import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { citeField } from '../../evidence/cite.ts';
import { readField } from '../../snapshot/field.ts';
import type { ChaosExperiment } from '../../topology/chaos.ts';

/** Whether an experiment disturbs something now, and the field that says so. */
export interface ChaosState {
  /** `injected`: the injector says so. `wanted`: it exists and is not paused. `over`: paused, recovered or finished. */
  readonly state: 'injected' | 'wanted' | 'over';
  readonly evidence: Evidence;
}

/** Reads the state of a fault-injection object from its conditions, pause mark and phase. */
export function chaosState({ object, experiment, specPath }: ChaosExperiment): ChaosState {
  const paused = object.metadata.annotations?.['experiment.chaos-mesh.org/pause'] === 'true';
  if (paused) return { state: 'over', evidence: citeField(object, 'metadata.annotations') };
  if (object.metadata.deletionTimestamp)
    return { state: 'over', evidence: citeField(object, 'metadata.deletionTimestamp') };
  if (experiment === 'ChaosEngine') {
    const over =
      ['completed', 'stopped'].includes(String(readField(object, 'status.engineStatus'))) ||
      readField(object, 'spec.engineState') === 'stop';
    return { state: over ? 'over' : 'wanted', evidence: citeField(object, 'status.engineStatus') };
  }
  for (const [type, state] of [
    ['Paused', 'over'],
    ['AllRecovered', 'over'],
    ['AllInjected', 'injected'],
  ] as const) {
    const path = `status.conditions[type=${type}].status`;
    if (readField(object, path) === 'True') return { state, evidence: citeField(object, path) };
  }
  return { state: 'wanted', evidence: citeField(object, `${specPath}.action`) };
}
