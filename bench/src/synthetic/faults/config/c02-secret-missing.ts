import { scenario } from '../../../../../recordings/scenarios/secret-missing.ts';
import type { Fault } from '../../fault.ts';

export const fault: Fault = { code: 'C02', name: 'Secret missing', lookAlikes: ['C01', 'C03', 'P15'], scenario };
