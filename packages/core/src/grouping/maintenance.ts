import type { Availability } from '../incident/status.ts';
import { DAY, formatDuration, type Millis } from '../time.ts';
import { compileMatchers, type LabelMatcher, type LabelTest } from './matchers.ts';

const LONGEST = 90 * DAY;

/** A time in which matching alerts are kept but open no incident. */
export interface MaintenanceWindow {
  readonly id: string;
  readonly matchers: readonly LabelMatcher[];
}

/** What a maintenance looks at in an alert. */
export interface MaintainedAlert {
  readonly cluster: string;
  readonly name: string;
  readonly namespace: string | null;
  readonly severity: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Compiles the windows running now into one question: which of them mutes an alert, null for none. */
export function compileMaintenances(windows: readonly MaintenanceWindow[]): (alert: MaintainedAlert) => string | null {
  const tests = windows.map(({ id, matchers }): [string, LabelTest] => [id, compileMatchers(matchers)]);
  return (alert) => {
    if (tests.length === 0) return null;
    const labels = visibleLabels(alert);
    return tests.find(([, test]) => test(labels))?.[0] ?? null;
  };
}

// Where an alert belongs is what intake read of it, because that is what permissions go by; else its own labels win.
function visibleLabels(alert: MaintainedAlert): Readonly<Record<string, string>> {
  const { name: alertname, severity, labels, cluster, namespace } = alert;
  return { alertname, severity, ...labels, cluster, namespace: namespace ?? '' };
}

/** The cluster and namespaces a set of matchers cannot reach beyond: `null` and none mean all of them. */
export function maintenanceReach(matchers: readonly LabelMatcher[]): {
  readonly cluster: string | null;
  readonly namespaces: readonly string[];
} {
  return {
    cluster: pinned(matchers, 'cluster'),
    namespaces: [pinned(matchers, 'namespace')].filter((one) => one !== null),
  };
}

function pinned(matchers: readonly LabelMatcher[], label: string): string | null {
  const found = matchers.find((one) => one.label === label && one.operator === '=' && one.value !== '');
  return found?.value ?? null;
}

/** Whether a maintenance may be set up so: it matches something by its own words, and it ends. */
export function decideMaintenance(
  window: { readonly matchers: readonly LabelMatcher[]; readonly startsAt: Millis; readonly endsAt: Millis },
  now: Millis,
): Availability {
  if (window.matchers.length === 0) return { allowed: false, reason: 'a maintenance needs at least one matcher' };
  const matchesNothing = compileMatchers(window.matchers)({});
  if (matchesNothing)
    return {
      allowed: false,
      reason: 'the matchers would match an alert without labels; at least one must name a value',
    };
  if (window.endsAt <= now) return { allowed: false, reason: 'the maintenance would have ended already' };
  if (window.endsAt <= window.startsAt) return { allowed: false, reason: 'the maintenance ends before it starts' };
  if (window.endsAt - window.startsAt > LONGEST)
    return { allowed: false, reason: `a maintenance lasts at most ${formatDuration(LONGEST)}` };
  return { allowed: true, reason: `lasts ${formatDuration(window.endsAt - window.startsAt)}` };
}
