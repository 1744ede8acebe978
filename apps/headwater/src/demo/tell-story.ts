import type { Millis } from '@headwater/core/time.ts';
import type { Alert } from '@headwater/diagnosis/snapshot/input.ts';
import type { DemoIncident } from './incidents.ts';

/** An alert as a sender takes it; `endsAt` null while it fires. */
interface PostedAlert extends Pick<Alert, 'labels' | 'annotations' | 'fingerprint'> {
  readonly startsAt: Millis;
  readonly endsAt: Millis | null;
}

export interface StoryTeller {
  readonly incidents: ReadonlyMap<DemoIncident, readonly Alert[]>;
  readonly cluster: string;
  readonly post: (alerts: readonly PostedAlert[]) => void;
  readonly now: () => Millis;
  /** Waits; resolves early when the demo ends. */
  readonly wait: (ms: number) => Promise<void>;
  readonly signal: AbortSignal;
}

// Prometheus sees a repair at its next evaluation.
const NOTICED_AFTER = 3_000;

/** Lets every incident begin in its turn and the repaired ones end, as Prometheus would see it. */
export async function tellStory(teller: StoryTeller): Promise<void> {
  const started = teller.now();
  const steps = [...teller.incidents].flatMap(([{ firesAt, repairedAt }, alerts]) => [
    { at: firesAt, alerts, ends: false },
    ...(repairedAt === undefined ? [] : [{ at: repairedAt + NOTICED_AFTER, alerts, ends: true }]),
  ]);
  for (const { at, alerts, ends } of steps.sort((left, right) => left.at - right.at)) {
    await teller.wait(Math.max(0, started + at - teller.now()));
    if (teller.signal.aborted) return;
    teller.post(alerts.map((alert) => posted(alert, { ends, teller })));
  }
}

function posted(alert: Alert, { ends, teller }: { readonly ends: boolean; readonly teller: StoryTeller }): PostedAlert {
  const now = teller.now();
  const { fingerprint, labels, annotations, startsAt } = alert;
  // Prometheus adds its external labels; they say which cluster an alert is from.
  const own = { ...labels, cluster: teller.cluster };
  return { fingerprint, labels: own, annotations, startsAt: startsAt ?? now, endsAt: ends ? now : null };
}
