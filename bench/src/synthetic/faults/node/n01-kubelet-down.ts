import { scenario } from '../../../../../recordings/scenarios/kubelet-down.ts';
import type { Fault } from '../../fault.ts';

export const fault: Fault = { code: 'N01', name: 'kubelet down', lookAlikes: ['N02', 'N13'], scenario };
