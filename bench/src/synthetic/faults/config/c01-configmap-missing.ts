import { scenario } from '../../../../../recordings/scenarios/configmap-missing.ts';
import type { Fault } from '../../fault.ts';

export const fault: Fault = { code: 'C01', name: 'ConfigMap missing', lookAlikes: ['C02', 'C03'], scenario };
