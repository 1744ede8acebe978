import { scenario } from '../../../../../recordings/scenarios/feature-flag.ts';
import type { Fault } from '../../fault.ts';

export const fault: Fault = { code: 'C09', name: 'feature flag turned on', lookAlikes: ['D02', 'C10'], scenario };
