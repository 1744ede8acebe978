import { scenario } from '../../../../../recordings/scenarios/image-pull-credentials.ts';
import type { Fault } from '../../fault.ts';

export const fault: Fault = { code: 'I02', name: 'missing pull secret', lookAlikes: ['I01', 'I04'], scenario };
