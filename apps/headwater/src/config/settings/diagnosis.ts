import { MINUTE, SECOND } from '@headwater/core/time.ts';
import { duration, int } from '../kinds.ts';
import { setting } from '../setting.ts';

/** How incidents are analysed. */
export const diagnosisSettings = {
  concurrency: setting({
    env: 'HEADWATER_DIAGNOSIS_CONCURRENCY',
    aliases: ['MAX_CONCURRENT_ANALYSES'],
    kind: int(1, 16),
    default: 2,
    help: 'Incidents analysed at once by one process; they share one thread, so more helps only while they wait for the cluster.',
  }),
  timeout: setting({
    env: 'HEADWATER_ANALYZE_TIMEOUT',
    kind: duration(SECOND, 10 * MINUTE),
    default: 60 * SECOND,
    help: 'How long a caller of POST /analyze waits for its answer.',
  }),
};
