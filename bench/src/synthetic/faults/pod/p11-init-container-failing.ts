import { scenario } from '../../../../../recordings/scenarios/init-container-failing.ts';
import type { Fault } from '../../fault.ts';

export const fault: Fault = { code: 'P11', name: 'init container crashes', lookAlikes: ['P12', 'P04'], scenario };
