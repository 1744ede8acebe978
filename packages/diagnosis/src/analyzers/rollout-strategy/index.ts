import type { KubeObject, ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import { formatSubject, type Subject } from '@headwater/core/subject.ts';
import { HOUR, parseTime } from '@headwater/core/time.ts';
import { citeField } from '../../evidence/cite.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { alertedWorkload } from '../_shared/firing-alerts.ts';
import { isWithin } from '../_shared/freshness.ts';
import { revisionsOf } from '../_shared/previous-revision.ts';
import { edit } from '../_shared/remedies.ts';
import { unsettledWorkloads } from '../_shared/unsettled-workloads.ts';

const CODE = 'rollout/strategy-takes-all-down';

/** Rollouts whose strategy takes every old Pod away before a new one serves. */
export const analyzer: Analyzer = {
  name: 'rollout-strategy',
  codes: { [CODE]: 'A rollout takes all Pods of a Deployment down at once, as its strategy allows.' },
  reads: ['Deployment', 'ReplicaSet'],
  analyze(snapshot) {
    const alerted = alertedObjects(snapshot);
    const asked = new Set<KubeObject>([...unsettledWorkloads(snapshot).deployments, ...alerted]);
    return snapshot.objects
      .list('Deployment')
      .filter((object) => asked.has(object))
      .flatMap((object) => judge(snapshot, object, alerted.has(object)) ?? []);
  },
};

/** What the firing alerts are about. */
function alertedObjects(snapshot: Snapshot): ReadonlySet<KubeObject> {
  const alerted = snapshot.alerts.flatMap((alert) =>
    alert.status === 'firing' ? (alertedWorkload(snapshot, alert) ?? []) : [],
  );
  return new Set(alerted.flatMap((workload) => snapshot.objects.find(snapshot.topology.component(workload)) ?? []));
}

interface Strategy {
  readonly words: string;
  readonly path: string;
}

function judge(snapshot: Snapshot, object: ObjectOf<'Deployment'>, isAlerted: boolean): Finding | null {
  const replicas = object.spec?.replicas ?? 1;
  const strategy = replicas > 0 ? drastic(object, replicas) : null;
  if (!strategy) return null;
  const subject = subjectOf(object);
  const [newest, before] = revisionsOf(snapshot, subject);
  if (!newest || !before || !isWithin(snapshot, parseTime(newest.metadata.creationTimestamp), HOUR)) return null;
  if (!isDown(object) && !(isAlerted && wasDown(object, newest))) return null;
  if (failsToStart(snapshot, subject)) return null;
  return {
    code: CODE,
    subject,
    category: 'rollout-strategy',
    role: 'cause',
    layer: 'change',
    strength: 0.6,
    statement: `The rollout of ${formatSubject(subject)} left it without an available Pod: ${strategy.words}`,
    evidence: [
      citeField(object, strategy.path),
      citeField(object, 'spec.replicas'),
      citeField(object, 'status.availableReplicas'),
      citeField(newest, 'metadata.creationTimestamp'),
    ],
    since: parseTime(newest.metadata.creationTimestamp),
    remediation: [
      edit('patch-strategy', 'R2', `Let ${formatSubject(subject)} keep Pods available while it rolls out`, [
        'Two versions may run side by side',
      ]),
    ],
  };
}

function drastic(object: ObjectOf<'Deployment'>, replicas: number): Strategy | null {
  const { type, rollingUpdate } = object.spec?.strategy ?? {};
  if (type === 'Recreate') return { words: 'its strategy is `Recreate`', path: 'spec.strategy.type' };
  const limit = rollingUpdate?.maxUnavailable;
  const allowed =
    typeof limit === 'string' && limit.endsWith('%')
      ? Math.floor((replicas * Number.parseFloat(limit)) / 100)
      : Number(limit ?? 0);
  return limit != null && allowed >= replicas
    ? {
        words: `its strategy allows \`${limit}\` of its ${replicas} Pods to be unavailable`,
        path: 'spec.strategy.rollingUpdate.maxUnavailable',
      }
    : null;
}

// What keeps the new Pods from running keeps the outage up, whatever the strategy took away before.
function failsToStart(snapshot: Snapshot, subject: Subject): boolean {
  return snapshot.topology.pods
    .ofComponent(subject)
    .flatMap(({ status }) => status?.containerStatuses ?? [])
    .some(({ state }) => /BackOff|^Err|Error$/.test(state?.waiting?.reason ?? ''));
}

function isDown({ status }: ObjectOf<'Deployment'>): boolean {
  return status !== undefined && status !== null && (status.availableReplicas ?? 0) === 0;
}

// It is over, but an alert still tells of it: the outage lay between the new ReplicaSet and the return.
function wasDown(object: ObjectOf<'Deployment'>, newest: ObjectOf<'ReplicaSet'>): boolean {
  const available = object.status?.conditions?.find(({ type }) => type === 'Available');
  const returned = parseTime(available?.lastTransitionTime);
  const begun = parseTime(newest.metadata.creationTimestamp);
  return available?.status === 'True' && returned !== null && begun !== null && returned >= begun;
}
