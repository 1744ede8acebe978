import type { Fault } from '../../fault.ts';
import { computeQuota } from '../../kit/compute-quota.ts';

export const fault: Fault = {
  code: 'Q02',
  name: 'memory quota exceeded',
  lookAlikes: ['Q06', 'S02', 'Q01', 'W04'],
  scenario: computeQuota(['requests.memory', 'limits.memory']),
};
