import { citeAlert } from '../../evidence/cite.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import { isHeartbeat } from '../../snapshot/heartbeats.ts';
import type { Alert } from '../../snapshot/input.ts';

const CODE = 'alert/not-an-incident';
const TEST = /^(test|dummy|example|sample|smoke)[-_ ]?(alert|notification|message|rule)?\d*$|(^|[-_ ])test[-_ ]?alert/i;

/** Alerts that report nothing: heartbeats and tests. */
export const analyzer: Analyzer = {
  name: 'not-an-incident',
  codes: { [CODE]: 'Only heartbeat or test alerts fire; nothing is wrong.' },
  reads: ['alerts'],
  analyze(snapshot) {
    const firing = snapshot.alerts.filter(({ status }) => status === 'firing');
    // One real alert among them makes an incident; the heartbeat then only rides along.
    if (firing.length === 0 || !firing.every((alert) => reasonOf(alert))) return [];
    const byName = new Map(firing.map((alert) => [alert.labels['alertname'] ?? '', alert]));
    return [...byName.entries()].map(([name, alert]) => finding(name, alert, reasonOf(alert) ?? ''));
  },
};

/** Why an alert reports nothing, in words; null when it may. */
function reasonOf(alert: Alert): string | null {
  const { labels, annotations } = alert;
  const name = labels['alertname'] ?? '';
  if (isHeartbeat(alert)) return 'a heartbeat that fires all the time, so that its absence is noticed';
  const marked = [labels['test'], labels['is_test'], annotations['test']].some((value) => value === 'true');
  return marked || TEST.test(name) ? 'a test of the notification path' : null;
}

function finding(name: string, alert: Alert, reason: string): Finding {
  const namespace = alert.labels['namespace'];
  return {
    code: CODE,
    subject: { kind: 'Alert', name, ...(namespace ? { namespace } : {}) },
    category: 'not-an-incident',
    role: 'cause',
    layer: 'saturation',
    strength: 0.9,
    statement: `alert \`${name}\` is ${reason}; nothing is wrong`,
    evidence: [citeAlert(alert)],
    since: alert.startsAt,
    remediation: [
      {
        action: 'none',
        risk: 'R0',
        statement: 'Route this alert away from people',
        preconditions: [],
        undo: 'None needed',
      },
    ],
  };
}
