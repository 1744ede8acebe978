import { scenario } from '../../../../../recordings/scenarios/service-missing.ts';
import type { Fault } from '../../fault.ts';

export const fault: Fault = { code: 'V06', name: 'Service deleted', lookAlikes: ['L02', 'V01', 'Q04'], scenario };
