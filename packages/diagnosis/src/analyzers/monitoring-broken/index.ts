import { formatSubject, type Subject, subjectKey } from '@headwater/core/subject.ts';
import { MINUTE, parseTime } from '@headwater/core/time.ts';
import { citeAlert, citeField } from '../../evidence/cite.ts';
import { citeSeries } from '../../evidence/cite-metrics.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import { placeOf } from '../../metrics/label-subjects.ts';
import { namesOf } from '../../metrics/names.ts';
import type { Alert, Series } from '../../snapshot/input.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { firingAlerts } from '../_shared/firing-alerts.ts';
import { citeLastWords } from '../_shared/last-words.ts';
import { isReady, type PodObject } from '../_shared/pods.ts';
import { edit } from '../_shared/remedies.ts';

const CODE = 'monitoring/broken';
/** What makes up a monitoring pipeline, by the usual names of its scrape jobs. */
const PARTS =
  /prometheus|alertmanager|kube-state-metrics|node-exporter|node_exporter|metrics-server|thanos|mimir|cortex|victoria|vmagent|vmsingle|loki|promtail|tempo|otel-?col|opentelemetry-collector|blackbox|pushgateway/i;
const ALERT =
  /^(Prometheus(NotIngestingSamples|TargetSyncFailure|MissingRuleEvaluations|RuleFailures|RemoteStorageFailures|NotConnectedToAlertmanagers|BadConfig|TSDB\w+|ErrorSendingAlerts\w*)|KubeStateMetrics(ListErrors|WatchErrors|ShardingMismatch|ShardsMissing)|Alertmanager(FailedReload|FailedToSendAlerts|ClusterDown|ClusterCrashlooping|MembersInconsistent|ClusterFailedToSendAlerts|ConfigInconsistent)|NodeTextFileCollectorScrapeError)$/;
const FRESH = 15 * MINUTE;

/** A monitoring pipeline of which a part is down: what it does not report may still happen. */
export const analyzer: Analyzer = {
  name: 'monitoring-broken',
  codes: { [CODE]: 'A part of the monitoring pipeline is down; what it would report is unknown, not well.' },
  reads: ['metrics', 'alerts', 'Pod', 'logs'],
  analyze(snapshot) {
    const found = new Map<string, Finding>();
    for (const series of snapshot.metrics.find('up')) {
      const subject = isLostPart(snapshot, series) ? partOf(snapshot, series.labels) : null;
      if (!subject || found.has(subjectKey(subject))) continue;
      found.set(subjectKey(subject), {
        ...base(subject),
        strength: 0.66,
        statement: `${formatSubject(subject)}, a part of the monitoring, no longer answers its scrapes (job \`${series.labels['job']}\`): what it would report is unknown`,
        evidence: [citeSeries(series)],
        since:
          series.samples.find(
            ([, value], index) => value === 0 && series.samples.slice(index).every(([, later]) => later === 0),
          )?.[0] ?? null,
      });
    }
    const alerts = [
      ...firingAlerts(snapshot, ALERT),
      ...firingAlerts(snapshot, /^TargetDown$/).filter(({ labels }) => PARTS.test(labels['job'] ?? '')),
    ];
    for (const alert of alerts) {
      const subject = partOf(snapshot, alert.labels);
      if (!subject || found.has(subjectKey(subject)) || isNew(snapshot, subject, alert)) continue;
      found.set(subjectKey(subject), {
        ...base(subject),
        strength: 0.62,
        statement: `${formatSubject(subject)}, a part of the monitoring, is broken, as alert \`${alert.labels['alertname']}\` says: what it would report is unknown`,
        evidence: [citeAlert(alert)],
        since: alert.startsAt,
      });
    }
    return [...found.values()].map((finding) => withDeath(snapshot, finding));
  },
};

/** Whether every Pod of a part became Ready after an alert began: the alert speaks of the ones before. */
function isNew(snapshot: Snapshot, subject: Subject, alert: Alert): boolean {
  const pods = snapshot.topology.pods.ofComponent(subject);
  const readySince = (pod: PodObject): number =>
    parseTime(pod.status?.conditions?.find(({ type }) => type === 'Ready')?.lastTransitionTime) ?? 0;
  return pods.length > 0 && pods.every((pod) => isReady(pod) && readySince(pod) > (alert.startsAt ?? snapshot.now));
}

/** A part that keeps dying says why itself. */
function withDeath(snapshot: Snapshot, finding: Finding): Finding {
  for (const pod of snapshot.topology.pods.ofComponent(finding.subject)) {
    const status = pod.status?.containerStatuses?.find(
      ({ state, lastState }) => state?.waiting?.reason === 'CrashLoopBackOff' && lastState?.terminated,
    );
    if (!status) continue;
    const path = `status.containerStatuses[name=${status.name}]`;
    return {
      ...finding,
      strength: 0.84,
      statement: `${finding.statement}; its container \`${status.name}\` keeps ending`,
      evidence: [
        ...finding.evidence,
        citeField(pod, `${path}.state.waiting.reason`),
        citeField(pod, `${path}.lastState.terminated.exitCode`),
        ...citeLastWords(snapshot, pod, status.name),
      ],
    };
  }
  return finding;
}

/** Whether a series is of a part of the pipeline that was reachable and is not any more. */
function isLostPart(snapshot: Snapshot, { labels, samples }: Series): boolean {
  const last = samples.at(-1);
  if (!PARTS.test(labels['job'] ?? '') || !last || last[1] !== 0 || snapshot.now - last[0] > FRESH) return false;
  return samples.some(([, value]) => value === 1);
}

function partOf(snapshot: Snapshot, labels: Readonly<Record<string, string>>): Subject | null {
  return placeOf(labels, 'pod', namesOf(snapshot))?.subject ?? null;
}

function base(subject: Subject): Pick<Finding, 'code' | 'subject' | 'category' | 'role' | 'layer' | 'remediation'> {
  return {
    code: CODE,
    subject,
    category: 'monitoring-broken',
    role: 'cause',
    layer: 'dependency',
    remediation: [
      edit('restart', 'R2', `Restart ${formatSubject(subject)}`, ['Its own log and events have been looked at']),
    ],
  };
}
