import { scenario } from '../../../../../recordings/scenarios/rollout-stuck.ts';
import type { Fault } from '../../fault.ts';

export const fault: Fault = { code: 'D03', name: 'rollout stuck', lookAlikes: ['I01', 'P10', 'S01', 'Q01'], scenario };
