import { scenario } from '../../../../../recordings/scenarios/network-policy-ingress.ts';
import type { Fault } from '../../fault.ts';

export const fault: Fault = {
  code: 'K01',
  name: 'NetworkPolicy blocks ingress',
  lookAlikes: ['V02', 'K02', 'K04'],
  scenario,
};
