import { scenario } from '../../../../../recordings/scenarios/command-not-found.ts';
import type { Fault } from '../../fault.ts';

export const fault: Fault = { code: 'P05', name: 'bad command or entrypoint', lookAlikes: ['P04', 'P06'], scenario };
