import { scenario } from '../../../../../recordings/scenarios/volume-full.ts';
import type { Fault } from '../../fault.ts';

export const fault: Fault = { code: 'T05', name: 'volume full', lookAlikes: ['N05', 'Y08', 'T10'], scenario };
