import type { Alert, Series } from '../snapshot/input.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';

/** The name given to what an alert's own rule measures; labels `alertname` and `expression` say of which and how. */
export const ALERT_EXPRESSION = 'headwater:alert_expression';

/** The series an alert's rule compares with its threshold, those whose labels agree with the alert's. */
export function seriesOfAlert(snapshot: Snapshot, { labels }: Alert): readonly Series[] {
  const alertname = labels['alertname'];
  if (!alertname) return [];
  return snapshot.metrics
    .find(ALERT_EXPRESSION, { alertname })
    .filter((series) =>
      Object.entries(series.labels).every(
        ([key, value]) =>
          key === '__name__' || key === 'expression' || labels[key] === undefined || labels[key] === value,
      ),
    );
}
