import { MINUTE, SECOND } from '@headwater/core/time.ts';
import { duration, int, namespacedName, text } from '../kinds.ts';
import { optional, setting } from '../setting.ts';

/** How incidents are analysed. */
export const diagnosisSettings = {
  concurrency: setting({
    env: 'HEADWATER_DIAGNOSIS_CONCURRENCY',
    aliases: ['MAX_CONCURRENT_ANALYSES'],
    kind: int(1, 16),
    default: 2,
    help: 'Incidents analysed at once by one process; they share one thread, so more helps only while they wait for the cluster.',
  }),
  rules: optional({
    env: 'HEADWATER_RULES',
    kind: text,
    help: "A file or directory of a team's own rules (docs/rules.md); read again when it changes.",
  }),
  rulesConfigMap: optional({
    env: 'HEADWATER_RULES_CONFIGMAP',
    kind: namespacedName,
    help: 'A ConfigMap of the diagnosed cluster whose keys end in .yaml and hold rules, as namespace/name; followed live.',
  }),
  timeout: setting({
    env: 'HEADWATER_ANALYZE_TIMEOUT',
    kind: duration(SECOND, 10 * MINUTE),
    default: 60 * SECOND,
    help: 'How long a caller of POST /analyze waits for its answer.',
  }),
};
