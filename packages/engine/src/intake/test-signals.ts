import type { SignalAlert, SignalBody } from '@headwater/contracts/webhooks/signal.ts';
import { labelFingerprint } from '@headwater/core/alert/fingerprint.ts';
import type { Millis } from '@headwater/core/time.ts';

/** A signal alert for tests: firing, named and labelled unless told otherwise. */
export function testAlert(labels: Readonly<Record<string, string>>, more: Partial<SignalAlert> = {}): SignalAlert {
  const all = { alertname: 'PodDown', namespace: 'shop', severity: 'warning', ...labels };
  return {
    fingerprint: labelFingerprint(all),
    status: 'firing',
    labels: all,
    annotations: { summary: 'a Pod is down' },
    startsAt: null,
    endsAt: null,
    generatorUrl: null,
    extra: {},
    ...more,
  };
}

/** A body around alerts. */
export function testBody(alerts: readonly SignalAlert[], more: Partial<SignalBody> = {}): SignalBody {
  return {
    source: 'alertmanager',
    groupKey: '{}:{alertname="PodDown"}',
    receiver: 'headwater',
    truncatedAlerts: 0,
    alerts,
    ...more,
  };
}

/** Ids that count up from a start, so that two writers never make the same. */
export function countingIds(start = 0): (prefix: string) => string {
  let count = start;
  return (prefix) => `${prefix}_${String(++count).padStart(26, '0')}`;
}

/** The end of an alert. */
export function resolvedAt(alert: SignalAlert, endsAt: Millis): SignalAlert {
  return { ...alert, status: 'resolved', endsAt };
}
