import type { Millis } from '@headwater/core/time.ts';
import type { Alert } from './input.ts';

const HEARTBEAT =
  /^(Watchdog|DeadMansSwitch|InfoInhibitor|Heartbeat|AlwaysFiring|PrometheusAlertmanagerE2eDeadManSwitch)$/i;

/** Whether an alert fires all the time so that its absence is noticed, or only mutes others. */
export function isHeartbeat({ labels }: Pick<Alert, 'labels'>): boolean {
  return HEARTBEAT.test(labels['alertname'] ?? '');
}

/** When the alerts that report something began; a heartbeat has fired for as long as its Prometheus runs. */
export function reportedStarts(alerts: readonly Alert[]): readonly Millis[] {
  return alerts.flatMap((alert) => (alert.startsAt === null || isHeartbeat(alert) ? [] : [alert.startsAt]));
}
