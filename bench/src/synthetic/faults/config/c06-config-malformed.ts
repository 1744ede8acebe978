import { scenario } from '../../../../../recordings/scenarios/config-malformed.ts';
import type { Fault } from '../../fault.ts';

export const fault: Fault = { code: 'C06', name: 'malformed config file', lookAlikes: ['P04', 'C05'], scenario };
