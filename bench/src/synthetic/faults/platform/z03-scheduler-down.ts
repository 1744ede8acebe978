import { scenario } from '../../../../../recordings/scenarios/scheduler-down.ts';
import type { Fault } from '../../fault.ts';

export const fault: Fault = { code: 'Z03', name: 'scheduler down', lookAlikes: ['S09', 'S13'], scenario };
