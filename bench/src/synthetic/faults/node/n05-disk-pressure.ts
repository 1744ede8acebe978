import { scenario } from '../../../../../recordings/scenarios/node-disk-pressure.ts';
import type { Fault } from '../../fault.ts';

export const fault: Fault = { code: 'N05', name: 'disk pressure', lookAlikes: ['N06'], scenario };
