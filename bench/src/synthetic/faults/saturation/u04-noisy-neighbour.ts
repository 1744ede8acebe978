import { scenario } from '../../../../../recordings/scenarios/noisy-neighbour.ts';
import type { Fault } from '../../fault.ts';

export const fault: Fault = { code: 'U04', name: 'noisy neighbour', lookAlikes: ['U03', 'U01'], scenario };
