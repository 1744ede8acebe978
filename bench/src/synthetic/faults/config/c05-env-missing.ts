import { scenario } from '../../../../../recordings/scenarios/env-missing.ts';
import type { Fault } from '../../fault.ts';

export const fault: Fault = { code: 'C05', name: 'environment variable missing', lookAlikes: ['C01', 'P04'], scenario };
