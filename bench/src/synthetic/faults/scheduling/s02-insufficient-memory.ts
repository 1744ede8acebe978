import type { Fault } from '../../fault.ts';
import { insufficient } from '../../kit/insufficient.ts';

export const fault: Fault = {
  code: 'S02',
  name: 'insufficient memory',
  lookAlikes: ['S01', 'S08', 'Q02', 'N04'],
  scenario: insufficient({
    resource: 'memory',
    tooMuch: ['24Gi', '32Gi', '20000Mi', '64G'],
    half: ['5Gi', '5200Mi', '5632Mi'],
  }),
};
