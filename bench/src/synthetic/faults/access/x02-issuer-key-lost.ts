import { scenario } from '../../../../../recordings/scenarios/certificate-not-ready.ts';
import type { Fault } from '../../fault.ts';

export const fault: Fault = { code: 'X02-issuer', name: 'issuer lost its key', lookAlikes: ['C02', 'X01'], scenario };
