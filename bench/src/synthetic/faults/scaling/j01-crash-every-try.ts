import { scenario } from '../../../../../recordings/scenarios/job-failed.ts';
import type { Fault } from '../../fault.ts';

export const fault: Fault = { code: 'J01-crash', name: 'Job fails every try', lookAlikes: ['P04', 'C05'], scenario };
