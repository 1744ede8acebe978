import { scenario } from '../../../../../recordings/scenarios/cni-failure.ts';
import type { Fault } from '../../fault.ts';

export const fault: Fault = {
  code: 'N09-calico',
  name: 'CNI failure on a node',
  lookAlikes: ['K03', 'N02'],
  scenario,
};
