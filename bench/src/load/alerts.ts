import { contentId } from '@headwater/core/ids.ts';
import { formatTime } from '@headwater/core/time.ts';

// With the labels about 2 KB of JSON, the size of an alert with a long description and a runbook link.
const DESCRIPTION = 'The workload has been failing its checks for longer than the rule allows. '.repeat(21);

export interface BodyRequest {
  /** Groups are told apart by their number; the same number again is a repeat. */
  readonly group: number;
  readonly alerts: number;
  /** Milliseconds. */
  readonly startsAt: number;
}

/** A version 4 webhook body: one workload's alerts, one Pod each. */
export function webhookBody({ group, alerts, startsAt }: BodyRequest): string {
  const items = Array.from({ length: alerts }, (_, pod) => alertOf({ group, pod, startsAt }));
  const groupLabels = { alertname: 'KubePodCrashLooping', namespace: namespaceOf(group) };
  return JSON.stringify({
    receiver: 'headwater',
    status: 'firing',
    alerts: items,
    groupLabels,
    commonLabels: groupLabels,
    commonAnnotations: {},
    externalURL: 'http://alertmanager.monitoring.svc:9093',
    version: '4',
    groupKey: `{}:{alertname="KubePodCrashLooping", namespace="${namespaceOf(group)}", deployment="app-${group}"}`,
    truncatedAlerts: 0,
  });
}

/** The same alerts as Alertmanager's own API takes them. */
export function apiBody(request: BodyRequest): string {
  const items = Array.from({ length: request.alerts }, (_, pod) => {
    const { labels, annotations, startsAt } = alertOf({ ...request, pod });
    return { labels, annotations, startsAt };
  });
  return JSON.stringify(items);
}

function namespaceOf(group: number): string {
  return `team-${group % 200}`;
}

function alertOf({
  group,
  pod,
  startsAt,
}: {
  readonly group: number;
  readonly pod: number;
  readonly startsAt: number;
}) {
  const labels = {
    alertname: 'KubePodCrashLooping',
    cluster: 'load',
    namespace: namespaceOf(group),
    deployment: `app-${group}`,
    pod: `app-${group}-${pod}`,
    container: 'app',
    severity: 'warning',
  };
  return {
    status: 'firing',
    labels,
    annotations: { summary: `app-${group} restarts`, description: DESCRIPTION },
    startsAt: formatTime(startsAt),
    endsAt: '0001-01-01T00:00:00Z',
    generatorURL: 'http://prometheus.monitoring.svc:9090/graph',
    fingerprint: contentId('fp', `${labels.pod} ${labels.namespace}`).slice(3, 19),
  };
}
