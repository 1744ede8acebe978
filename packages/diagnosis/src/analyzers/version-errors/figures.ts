import { formatSubject, type Subject } from '@headwater/core/subject.ts';
import { formatTime } from '@headwater/core/time.ts';
import { citeAlert, citeChange } from '../../evidence/cite.ts';
import { citeSeries } from '../../evidence/cite-metrics.ts';
import type { Finding } from '../../finding.ts';
import { rateOf } from '../../metrics/derive.ts';
import { placeOf } from '../../metrics/label-subjects.ts';
import { namesOf } from '../../metrics/names.ts';
import { type ChangePoint, findChange } from '../../metrics/onset.ts';
import { median } from '../../metrics/robust.ts';
import type { Alert, Series } from '../../snapshot/input.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { alertedWorkload } from '../_shared/firing-alerts.ts';
import { rollback } from '../_shared/remedies.ts';
import { rolloutBefore } from '../_shared/slow-origins.ts';

export const FIGURE = 'rollout/figure-changed';

/**
 * Figures of a workload that an alert names and that have another level since its rollout: requests may all succeed
 * and their results be wrong.
 */
export function changedFigures(snapshot: Snapshot): Finding[] {
  const found = new Map<string, Finding>();
  for (const alert of snapshot.alerts) {
    const subject = alert.status === 'firing' ? alertedWorkload(snapshot, alert) : null;
    if (!subject) continue;
    for (const series of figuresOf(snapshot, alert, subject)) {
      const finding = judge(snapshot, { alert, subject, series });
      if (finding) found.set(finding.statement, finding);
    }
  }
  return [...found.values()];
}

const NAMED = /\b([a-zA-Z_:][a-zA-Z0-9_:]{5,})\b/g;
const CUMULATIVE = /_(?:total|count|sum|bucket)$/;
// Signals of the vocabulary have analyzers of their own.
const KNOWN =
  /^(?:http_|grpc_|rpc_|container_|kube_|node_|istio_|traces_|redis_|pg_|mysql_|kafka_)|(?:requests|duration|latency|errors|failures)/i;

/** Series of the workload whose metric the alert names in a label or in its words. */
function figuresOf(snapshot: Snapshot, alert: Alert, subject: Subject): readonly Series[] {
  const words = [alert.labels['metric'] ?? '', ...Object.values(alert.annotations)].join(' ');
  const names = new Set([...words.matchAll(NAMED)].map(([name]) => name).filter((name) => !KNOWN.test(name)));
  return [...names].flatMap((name) =>
    snapshot.metrics.find(name).filter(({ labels }) => {
      const place = placeOf(labels, 'service', namesOf(snapshot));
      return place?.subject.name === subject.name && place.subject.namespace === subject.namespace;
    }),
  );
}

function judge(
  snapshot: Snapshot,
  { alert, subject, series }: { alert: Alert; subject: Subject; series: Series },
): Finding | null {
  const name = series.labels['__name__'] ?? '';
  const samples = CUMULATIVE.test(name) ? rateOf(series.samples) : series.samples;
  const usual = Math.abs(median(samples.map(([, value]) => value)));
  const shift = findChange(samples, usual / 20);
  const change = shift?.persists ? rolloutBefore(snapshot, subject, shift.onset) : null;
  if (!shift || !change) return null;
  return {
    code: FIGURE,
    subject,
    category: 'version-errors',
    role: 'cause',
    layer: 'change',
    strength: 0.74,
    statement: `\`${name}\` of ${formatSubject(subject)} ${wayOf(shift)} since ${formatTime(shift.onset)}, after "${change.title}": the new version's results differ`,
    evidence: [citeSeries(series, { split: shift.onset }), citeChange(change), citeAlert(alert)],
    change: change.id,
    since: shift.onset,
    remediation: rollback(subject),
  };
}

function wayOf({ score }: ChangePoint): string {
  return score < 0 ? 'is lower' : 'is higher';
}
