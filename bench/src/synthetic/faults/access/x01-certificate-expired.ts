import { scenario } from '../../../../../recordings/scenarios/certificate-expired.ts';
import type { Fault } from '../../fault.ts';

export const fault: Fault = {
  code: 'X01',
  name: 'serving certificate expired',
  lookAlikes: ['N12', 'X03', 'W02'],
  scenario,
};
