import { scenario } from '../../../../../recordings/scenarios/oom-killed.ts';
import type { Fault } from '../../fault.ts';

export const fault: Fault = { code: 'P01', name: 'OOM kill by own limit', lookAlikes: ['P02', 'P03', 'N04'], scenario };
