import { scenario } from '../../../../../recordings/scenarios/image-not-found.ts';
import type { Fault } from '../../fault.ts';

export const fault: Fault = { code: 'I01', name: 'wrong tag or name', lookAlikes: ['I02', 'I05'], scenario };
