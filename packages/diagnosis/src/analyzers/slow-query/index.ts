import type { Analyzer, Finding } from '../../finding.ts';
import { subjectKey } from '@headwater/core/subject.ts';
import { fromLogs } from './from-logs.ts';
import { fromMetrics } from './from-metrics.ts';
import { fromSpans } from './from-spans.ts';

export const CODES = {
  'database/slow-query':
    'Queries of a data service take long, wait for locks or end in deadlocks, while the service itself is well.',
};

/** Data services slowed down by what they are asked: slow statements, locks, deadlocks. */
export const analyzer: Analyzer = {
  name: 'slow-query',
  codes: CODES,
  reads: ['metrics', 'traces', 'logs', 'Pod'],
  analyze(snapshot) {
    const found = new Map<string, Finding>();
    // The data service's own word first; then what its callers saw of single statements; then what either logged.
    for (const finding of [...fromMetrics(snapshot), ...fromSpans(snapshot), ...fromLogs(snapshot)]) {
      const key = subjectKey(snapshot.owners.root(finding.subject));
      if (!found.has(key)) found.set(key, finding);
    }
    return [...found.values()];
  },
};
