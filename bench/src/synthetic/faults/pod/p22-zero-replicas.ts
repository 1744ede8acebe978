import { scenario } from '../../../../../recordings/scenarios/zero-replicas.ts';
import type { Fault } from '../../fault.ts';

export const fault: Fault = { code: 'P22', name: 'zero replicas', lookAlikes: ['V06', 'V01'], scenario };
