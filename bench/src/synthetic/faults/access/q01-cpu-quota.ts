import type { Fault } from '../../fault.ts';
import { computeQuota } from '../../kit/compute-quota.ts';

export const fault: Fault = {
  code: 'Q01',
  name: 'CPU quota exceeded',
  lookAlikes: ['Q06', 'S01', 'Q02', 'W04'],
  scenario: computeQuota(['requests.cpu']),
};
