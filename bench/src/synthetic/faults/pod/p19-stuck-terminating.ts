import { scenario } from '../../../../../recordings/scenarios/stuck-terminating.ts';
import type { Fault } from '../../fault.ts';

export const fault: Fault = {
  code: 'P19',
  name: 'stuck Terminating by a finalizer',
  lookAlikes: ['N01', 'T07'],
  scenario,
};
