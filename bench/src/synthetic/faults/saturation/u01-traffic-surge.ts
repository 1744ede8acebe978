import { scenario } from '../../../../../recordings/scenarios/traffic-surge.ts';
import type { Fault } from '../../fault.ts';

export const fault: Fault = { code: 'U01', name: 'traffic surge', lookAlikes: ['U06', 'D01'], scenario };
