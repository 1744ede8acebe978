import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import type { Subject } from '@headwater/core/subject.ts';
import { type Millis, MINUTE } from '@headwater/core/time.ts';
import { citeAlert } from '../../evidence/cite.ts';
import { citeSeries } from '../../evidence/cite-metrics.ts';
import { placeOf } from '../../metrics/label-subjects.ts';
import { namesOf } from '../../metrics/names.ts';
import type { Series } from '../../snapshot/input.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { firingAlerts } from '../_shared/firing-alerts.ts';
import { isRenewed } from '../_shared/leases.ts';
import { controlPlanePart } from '../_shared/control-plane.ts';
import { nodeCondition } from '../_shared/node-pods.ts';
import { type NodeService, SERVICES } from './services.ts';

/** One thing that says a service is down. */
export interface Sign {
  readonly service: NodeService;
  readonly subject: Subject;
  readonly says: string;
  readonly strength: number;
  readonly evidence: readonly Evidence[];
  readonly since: Millis | null;
}

// Telemetry older than this is history.
const FRESH = 15 * MINUTE;

/** Every sign that a service of a Node or the control plane is down now, the firmest kinds first. */
export function signs(snapshot: Snapshot): readonly Sign[] {
  return [...fromUnits(snapshot), ...fromTargets(snapshot), ...fromNodeStatus(snapshot), ...fromAlerts(snapshot)];
}

/** systemd's own word, by the node exporter. */
function fromUnits(snapshot: Snapshot): readonly Sign[] {
  const active = snapshot.metrics.find('node_systemd_unit_state', { state: 'active' });
  return active.flatMap((series): Sign[] => {
    const name = series.labels['name'] ?? '';
    const service = SERVICES.find(({ unit }) => unit.test(name));
    const subject = nodeOf(snapshot, series);
    if (!service || !subject || !isDown(snapshot, series) || hasOtherRuntime(snapshot, active, { series, service }))
      return [];
    return [
      {
        service,
        subject,
        says: `its systemd unit \`${name}\` is not active`,
        strength: 0.93,
        evidence: [citeSeries(series)],
        since: downSince(series),
      },
    ];
  });
}

/** A Node has one runtime; the units of others may lie idle beside it. */
function hasOtherRuntime(
  snapshot: Snapshot,
  active: readonly Series[],
  { series, service }: { series: Series; service: NodeService },
): boolean {
  if (service.category !== 'container-runtime-down') return false;
  const here = nodeOf(snapshot, series)?.name;
  return active.some(
    (other) =>
      service.unit.test(other.labels['name'] ?? '') &&
      nodeOf(snapshot, other)?.name === here &&
      other.samples.at(-1)?.[1] === 1,
  );
}

/** The scrape that no longer gets through; one that never did speaks of the scrape's configuration. */
function fromTargets(snapshot: Snapshot): readonly Sign[] {
  return snapshot.metrics.find('up').flatMap((series): Sign[] => {
    const job = series.labels['job'] ?? '';
    const service = SERVICES.find((candidate) => candidate.job.test(job));
    if (!service || !isDown(snapshot, series) || !series.samples.some(([, value]) => value === 1)) return [];
    const subject = subjectOfService(snapshot, service, series);
    if (!subject || answersElsewhere(snapshot, series, service)) return [];
    return [
      {
        service,
        subject,
        says: `it no longer answers its scrapes (job \`${job}\`)`,
        strength: 0.8,
        evidence: [citeSeries(series)],
        since: downSince(series),
      },
    ];
  });
}

/** A leader-elected component is down when none of its replicas answers. */
function answersElsewhere(snapshot: Snapshot, series: Series, { layer }: NodeService): boolean {
  if (layer !== 'control-plane') return false;
  return snapshot.metrics
    .find('up', { job: series.labels['job'] ?? '' })
    .some(({ samples }) => samples.at(-1)?.[1] === 1);
}

/** What kube-state-metrics saw of Nodes that were not read themselves. */
function fromNodeStatus(snapshot: Snapshot): readonly Sign[] {
  const service = SERVICES.find(({ id }) => id === 'kubelet');
  if (!service) return [];
  return snapshot.metrics
    .find('kube_node_status_condition', { condition: 'Ready', status: 'true' })
    .flatMap((series): Sign[] => {
      const subject = nodeOf(snapshot, series);
      if (!subject || !isDown(snapshot, series)) return [];
      const node = snapshot.objects.get('Node', null, subject.name);
      // The Node itself, when it was read, is the newer and fuller word.
      if (node && nodeCondition(node, 'Ready')) return [];
      return [
        {
          service,
          subject,
          says: 'it reports the Node as not ready, or nothing',
          strength: 0.78,
          evidence: [citeSeries(series)],
          since: downSince(series),
        },
      ];
    });
}

function fromAlerts(snapshot: Snapshot): readonly Sign[] {
  // An alert goes on for minutes after its cause; a leader that renews its Lease is at work.
  return SERVICES.filter(({ id }) => !isRenewed(snapshot, 'kube-system', id)).flatMap((service) =>
    firingAlerts(snapshot, service.alert).flatMap((alert): Sign[] => {
      const place = placeOf(alert.labels, 'node', namesOf(snapshot));
      const known = place && snapshot.objects.find(place.subject) ? place.subject : null;
      const subject = known ?? (service.layer === 'control-plane' ? componentOf(snapshot, service) : null);
      if (!subject) return [];
      return [
        {
          service,
          subject,
          says: `alert \`${alert.labels['alertname']}\` fires`,
          strength: 0.66,
          evidence: [citeAlert(alert)],
          since: alert.startsAt,
        },
      ];
    }),
  );
}

function isDown(snapshot: Snapshot, { samples }: Series): boolean {
  const last = samples.at(-1);
  return last !== undefined && last[1] === 0 && snapshot.now - last[0] <= FRESH;
}

/** When the last run of zeros began; null when the series holds nothing else. */
function downSince({ samples }: Series): Millis | null {
  const lastUp = samples.findLastIndex(([, value]) => value !== 0);
  return lastUp < 0 ? null : (samples[lastUp + 1]?.[0] ?? null);
}

function nodeOf(snapshot: Snapshot, { labels }: Series): Subject | null {
  return placeOf(labels, 'node', namesOf(snapshot))?.subject ?? null;
}

function subjectOfService(snapshot: Snapshot, service: NodeService, series: Series): Subject | null {
  const node = nodeOf(snapshot, series);
  if (node && snapshot.objects.find(node)) return node;
  return service.layer === 'control-plane' ? componentOf(snapshot, service) : node;
}

function componentOf(snapshot: Snapshot, { id }: NodeService): Subject | null {
  if (id === 'kube-scheduler') return controlPlanePart(snapshot, 'kube-scheduler', 'scheduler').subject;
  return id === 'kube-controller-manager'
    ? controlPlanePart(snapshot, 'kube-controller-manager', 'controller-manager').subject
    : null;
}
