import { scenario } from '../../../../../recordings/scenarios/init-container-hanging.ts';
import type { Fault } from '../../fault.ts';

export const fault: Fault = { code: 'P12', name: 'init container hangs', lookAlikes: ['P11', 'N02', 'C04'], scenario };
