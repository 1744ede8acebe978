import { scenario } from '../../../../../recordings/scenarios/hard-cascade.ts';
import type { Fault } from '../../fault.ts';

export const fault: Fault = { code: 'U07', name: 'cascading failure', lookAlikes: ['Y01', 'P01'], scenario };
