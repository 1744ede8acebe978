import { scenario } from '../../../../../recordings/scenarios/config-stale.ts';
import type { Fault } from '../../fault.ts';

export const fault: Fault = {
  code: 'C08',
  name: 'Secret rotated, environment stale',
  lookAlikes: ['Y02', 'C07'],
  scenario,
};
