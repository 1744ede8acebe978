import { formatTime, type Millis } from '@headwater/core/time.ts';
import type { Letter } from './sender.ts';

export interface LettersOptions {
  readonly alerts: number;
  readonly alertsInBody: number;
  /** Alerts of one workload: what one incident must hold in the end. */
  readonly alertsInGroup: number;
  readonly startsAt: Millis;
}

/** Bodies with ever new alerts, groups one after another; the fingerprint of alert n is `crash-n`. */
export function lettersOf({ alerts, alertsInBody, alertsInGroup, startsAt }: LettersOptions): Letter[] {
  const letters: Letter[] = [];
  for (let first = 0; first < alerts; first += alertsInBody) {
    const group = Math.floor(first / alertsInGroup);
    const labels = {
      alertname: 'KubePodCrashLooping',
      cluster: 'crash',
      namespace: `team-${group % 20}`,
      deployment: `app-${group}`,
    };
    const body = {
      version: '4',
      status: 'firing',
      receiver: 'headwater',
      groupKey: `{}:{deployment="app-${group}"}`,
      groupLabels: { deployment: `app-${group}` },
      commonLabels: labels,
      commonAnnotations: {},
      externalURL: 'http://alertmanager.example:9093',
      truncatedAlerts: 0,
      alerts: Array.from({ length: Math.min(alertsInBody, alerts - first) }, (_, index) => ({
        status: 'firing',
        labels: { ...labels, pod: `app-${group}-${first + index}`, severity: 'warning' },
        annotations: { summary: `app-${group} restarts` },
        startsAt: formatTime(startsAt + group),
        endsAt: '0001-01-01T00:00:00Z',
        fingerprint: `crash-${first + index}`,
      })),
    };
    letters.push({ name: `${first}`, body: JSON.stringify(body) });
  }
  return letters;
}
