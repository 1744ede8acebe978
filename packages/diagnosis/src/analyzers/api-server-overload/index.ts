import { formatSubject } from '@headwater/core/subject.ts';
import { citeAlert } from '../../evidence/cite.ts';
import { citeSeries, citeShift } from '../../evidence/cite-metrics.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import { rateOf } from '../../metrics/derive.ts';
import { activeShifts, type Shift } from '../../metrics/shifts.ts';
import type { Alert, Series } from '../../snapshot/input.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { clusterComponent } from '../_shared/cluster-component.ts';
import { etcdHealth, isDegraded } from '../_shared/etcd-health.ts';
import { firingAlerts } from '../_shared/firing-alerts.ts';
import { edit } from '../_shared/remedies.ts';
import { sinceWords, wordsOf } from '../_shared/shift-words.ts';
import { loudestClient, type RefusedClients, refusedClients } from './clients.ts';

const CODE = 'control-plane/api-server-overload';
const ALERT = /^KubeAPI(ErrorBudgetBurn|TerminatedRequests|LatencyHigh|Down|ErrorsHigh)$|^KubeClientErrors$/;
const SLOW = 1;
const MIN_REJECTED = 0.5;
const MIN_ERRORS = 0.01;

/** An API server that turns requests away or answers late. */
export const analyzer: Analyzer = {
  name: 'api-server-overload',
  codes: { [CODE]: 'The API server rejects requests, fails them or answers late.' },
  reads: ['metrics', 'alerts', 'Pod', 'logs'],
  analyze(snapshot) {
    const shifts = [
      ...activeShifts(snapshot, 'api-rejected', 'up').filter(({ after }) => after.median >= MIN_REJECTED),
      ...activeShifts(snapshot, 'api-latency', 'up').filter(({ after, ratio }) => after.median >= SLOW && ratio >= 2),
      ...activeShifts(snapshot, 'api-errors', 'up').filter(({ after }) => after.median >= MIN_ERRORS),
    ];
    const alerts = firingAlerts(snapshot, ALERT);
    const refused = refusedClients(snapshot);
    return shifts.length + alerts.length > 0 || refused.clients.length > 1
      ? [report(snapshot, { shifts, alerts, refused })]
      : [];
  },
};

interface Seen {
  readonly shifts: readonly Shift[];
  readonly alerts: readonly Alert[];
  readonly refused: RefusedClients;
}

function report(snapshot: Snapshot, { shifts, alerts, refused }: Seen): Finding {
  const { subject, aliases } = clusterComponent(snapshot, 'api-server', 'kube-apiserver');
  const behindEtcd = isDegraded(etcdHealth(snapshot));
  const client = shifts.some(({ signal }) => signal.name === 'api-rejected') ? loudestFlow(snapshot) : null;
  const caller = loudestClient(snapshot);
  const from = [
    client ? `; most of the rejected requests are of flow schema \`${client.flow}\`` : '',
    caller ? `; of the clients that count their requests ${formatSubject(caller.subject)} sends most` : '',
  ].join('');
  const says =
    shifts.length > 0
      ? shifts.map((shift) => `${wordsOf(shift)} ${sinceWords(shift)}`).join('; ')
      : refused.clients.length > 0
        ? `it tells ${refused.clients.slice(0, 3).map(formatSubject).join(', ')} that there are too many requests`
        : `alert \`${alerts[0]?.labels['alertname'] ?? ''}\` fires`;
  return {
    code: CODE,
    subject,
    aliases,
    category: 'api-server-overload',
    // A slow store makes a slow server; then the store is the cause.
    role: behindEtcd ? 'symptom' : 'cause',
    layer: 'control-plane',
    strength: shifts.length > 1 ? 0.86 : shifts.length === 1 ? 0.8 : refused.clients.length > 1 ? 0.78 : 0.6,
    statement: `the API server (${formatSubject(subject)}) is overloaded: ${says}${from}`,
    evidence: [
      ...shifts.map(citeShift),
      ...(client ? [citeSeries(client.series)] : []),
      ...(caller ? [citeSeries(caller.series)] : []),
      ...(shifts.length === 0 ? refused.evidence : []),
      ...alerts.slice(0, 3).map(citeAlert),
    ],
    ...(behindEtcd ? { blames: [clusterComponent(snapshot, 'etcd', 'etcd').subject] } : {}),
    affects: refused.clients,
    ...(caller ? { actor: caller.subject } : {}),
    since: shifts[0]?.onset ?? alerts[0]?.startsAt ?? null,
    remediation: [
      edit('none', 'R3', 'Find the client that asks most and slow it down (flow schema, its own limits)', [
        'It is not part of the control plane itself',
      ]),
    ],
  };
}

/** The flow schema most requests of which are rejected now, when it is most of all; null otherwise. */
function loudestFlow(snapshot: Snapshot): { readonly flow: string; readonly series: Series } | null {
  const rates = snapshot.metrics
    .find('apiserver_flowcontrol_rejected_requests_total')
    .map((series) => ({ series, rate: rateOf(series.samples).at(-1)?.[1] ?? 0 }));
  const total = rates.reduce((sum, { rate }) => sum + rate, 0);
  const top = rates.reduce<(typeof rates)[number] | null>(
    (best, entry) => (best && best.rate >= entry.rate ? best : entry),
    null,
  );
  const flow = top?.series.labels['flow_schema'];
  return top && flow && top.rate > total / 2 ? { flow, series: top.series } : null;
}
