import { scenario } from '../../../../../recordings/scenarios/cronjob-broken.ts';
import type { Fault } from '../../fault.ts';

export const fault: Fault = {
  code: 'J02-forbid',
  name: 'CronJob waits for a run that hangs',
  lookAlikes: ['J03', 'Z04'],
  scenario,
};
