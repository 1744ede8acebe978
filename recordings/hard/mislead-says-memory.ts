import { scenario as known } from '../scenarios/config-malformed.ts';
import { retold } from './kit/herrings.ts';
import { retell } from './kit/retell.ts';

/** The alert speaks of memory because its author had seen only that; a file cannot be parsed. */
export const scenario = retell(known, {
  slug: 'mislead-says-memory',
  title: 'Pods restart, the alert says that they run out of memory',
  theme: 'misleading-alert',
  astray(plan) {
    retold(plan, {
      alertname: 'PodRestartsOutOfMemory',
      summary: 'Pod restarts: out of memory',
      description: 'The container keeps restarting because it exceeds its memory limit (OOMKilled). Raise the limit.',
    });
  },
  not: () => [{ category: 'oom-killed' }, { category: 'memory-limit-too-low-to-start' }, { category: 'memory-leak' }],
});
