import { scenario } from '../../../../../recordings/scenarios/network-policy-egress.ts';
import type { Fault } from '../../fault.ts';

export const fault: Fault = { code: 'K02', name: 'NetworkPolicy blocks egress', lookAlikes: ['L01', 'K05'], scenario };
