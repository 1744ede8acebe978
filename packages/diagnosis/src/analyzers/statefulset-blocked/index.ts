import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import type { ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import { nearMiss } from '@headwater/core/near-miss.ts';
import { formatSubject } from '@headwater/core/subject.ts';
import { parseTime } from '@headwater/core/time.ts';
import { citeAbsent, citeField } from '../../evidence/cite.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { containersOf, isGone, isReady, type PodObject } from '../_shared/pods.ts';
import { edit } from '../_shared/remedies.ts';
import { ownersOfUnsettledPods } from '../_shared/unsettled-pods.ts';

/** StatefulSets that one of their own Pods, or a missing Service, holds up. */
export const analyzer: Analyzer = {
  name: 'statefulset-blocked',
  codes: {
    'statefulset/ordinal-blocked':
      'A Pod of a StatefulSet is not ready, so the ones after it are not created or updated.',
    'statefulset/stale-pod':
      'A Pod of a StatefulSet fails on a former template, and the controller does not replace it before it is ready.',
    'statefulset/service-missing': 'The Service that gives the Pods of a StatefulSet their names does not exist.',
  },
  reads: ['StatefulSet', 'Pod', 'Service'],
  analyze(snapshot) {
    const owners = ownersOfUnsettledPods(snapshot);
    return snapshot.objects
      .list('StatefulSet')
      .flatMap((set) => [...checkService(snapshot, set), ...(owners.has(set) ? checkOrdinals(snapshot, set) : [])]);
  },
};

type StatefulSet = ObjectOf<'StatefulSet'>;

function checkService(snapshot: Snapshot, set: StatefulSet): Finding[] {
  const name = set.spec?.serviceName;
  const namespace = set.metadata.namespace ?? '';
  // Without a name the set simply has no governing Service.
  if (!name || set.spec?.replicas === 0 || snapshot.objects.existence('Service', namespace, name) !== 'absent')
    return [];
  const near = nearMiss(name, snapshot.objects.names('Service', namespace));
  const wanted = set.spec?.replicas ?? 1;
  return [
    {
      code: 'statefulset/service-missing',
      subject: subjectOf(set),
      category: 'service-missing',
      role: 'cause',
      layer: 'state',
      // Pods start without it; only what finds them by name fails.
      strength: (set.status?.readyReplicas ?? 0) < wanted ? 0.85 : 0.6,
      statement: `${formatSubject(subjectOf(set))} names the Service \`${name}\`, which does not exist${near ? `; \`${near}\` does` : ''}, so its Pods have no names of their own`,
      evidence: [
        citeField(set, 'spec.serviceName'),
        citeAbsent(snapshot, { kind: 'Service', namespace, name }),
        citeField(set, 'status.readyReplicas'),
      ],
      aliases: [{ apiVersion: 'v1', kind: 'Service', namespace, name }],
      since: parseTime(set.metadata.creationTimestamp),
      remediation: [edit('patch-service-port', 'R1', `Create the headless Service \`${name}\``)],
    },
  ];
}

function checkOrdinals(snapshot: Snapshot, set: StatefulSet): Finding[] {
  if (set.spec?.podManagementPolicy === 'Parallel' || set.metadata.deletionTimestamp) return [];
  const wanted = set.spec?.replicas ?? 1;
  const pods = new Map(snapshot.owners.pods(subjectOf(set)).map((pod) => [ordinalOf(set, pod), pod]));
  const stale = staleFailure(set, pods);
  if (stale) return [reportStale(set, stale)];
  const held = heldBack(set, pods, wanted);
  return held ? [report(set, held)] : [];
}

const REVISION = 'controller-revision-hash';

/**
 * A Pod that fails on a template which is no longer the set's, while Pods of the present template run: the controller
 * waits for it to become ready, which it cannot, so somebody has to delete it.
 */
function staleFailure(set: StatefulSet, pods: ReadonlyMap<number, PodObject>): PodObject | undefined {
  const wanted = set.status?.updateRevision;
  if (!wanted || set.spec?.updateStrategy?.type === 'OnDelete') return undefined;
  const all = [...pods.values()];
  const isPresent = ({ metadata }: PodObject): boolean => metadata.labels?.[REVISION] === wanted;
  if (!all.some((pod) => isPresent(pod) && isReady(pod))) return undefined;
  const last = [...pods].sort(([left], [right]) => right - left).find(([, pod]) => !isPresent(pod))?.[1];
  return last && !isReady(last) && !isGone(last) ? last : undefined;
}

function reportStale(set: StatefulSet, pod: PodObject): Finding {
  const was = pod.metadata.labels?.[REVISION] ?? '';
  return {
    code: 'statefulset/stale-pod',
    subject: subjectOf(set),
    category: 'rollout-stuck',
    role: 'cause',
    layer: 'state',
    strength: 0.97,
    statement: `${formatSubject(subjectOf(pod))} still runs revision \`${was}\` and is not ready; the template is \`${set.status?.updateRevision}\` by now, and ${formatSubject(subjectOf(set))} does not replace a Pod before it is ready`,
    evidence: [
      citeField(set, 'status.updateRevision'),
      citeField(pod, `metadata.labels['${REVISION}']`),
      citeField(set, 'status.readyReplicas'),
      ...stateOf(pod),
    ],
    aliases: [subjectOf(pod)],
    affects: [subjectOf(pod)],
    remediation: [
      {
        action: 'delete-pod',
        risk: 'R1',
        statement: `Delete ${formatSubject(subjectOf(pod))}, so that it is made again from the present template`,
        preconditions: ['The other members are ready'],
        undo: 'None needed',
      },
    ],
  };
}

interface Held {
  readonly ordinal: number;
  readonly pod: PodObject;
  /** What waits behind the Pod. */
  readonly waiting: 'creation' | 'update';
}

/** The Pod that is not ready while others wait for it: later ones to be created, earlier ones to be updated. */
function heldBack(set: StatefulSet, pods: ReadonlyMap<number, PodObject>, wanted: number): Held | null {
  const first = set.spec?.['ordinals'] as { start?: number } | null | undefined;
  const start = first?.start ?? 0;
  for (let ordinal = start; ordinal < start + wanted; ordinal++) {
    const pod = pods.get(ordinal);
    if (!pod) return null;
    if (isReady(pod)) continue;
    const missing = [...Array(start + wanted - ordinal - 1).keys()].some((after) => !pods.has(ordinal + 1 + after));
    if (missing) return { ordinal, pod, waiting: 'creation' };
    const { currentRevision, updateRevision } = set.status ?? {};
    const updating = Boolean(updateRevision) && currentRevision !== updateRevision && ordinal > start;
    return updating ? { ordinal, pod, waiting: 'update' } : null;
  }
  return null;
}

function report(set: StatefulSet, { pod, waiting }: Held): Finding {
  return {
    code: 'statefulset/ordinal-blocked',
    subject: subjectOf(set),
    category: 'rollout-stuck',
    // Why that Pod is not ready is the cause; this says how far it reaches.
    role: 'symptom',
    layer: 'state',
    strength: 0.5,
    statement: `${formatSubject(subjectOf(set))} goes no further: ${formatSubject(subjectOf(pod))} is not ready, and ${waiting === 'creation' ? 'the Pods after it are created only when it is' : 'the Pods before it are updated only when it is'}`,
    evidence: [citeField(set, 'spec.replicas'), citeField(set, 'status.readyReplicas'), ...stateOf(pod)],
    affects: [subjectOf(pod)],
    blames: [subjectOf(pod)],
    remediation: [],
  };
}

function stateOf(pod: PodObject): readonly Evidence[] {
  const waiting = containersOf(pod).find(({ status }) => status?.state?.waiting);
  return waiting
    ? [citeField(pod, `${waiting.statusPath}.state.waiting.reason`)]
    : [citeField(pod, 'status.conditions[type=Ready].status')];
}

function ordinalOf(set: StatefulSet, pod: PodObject): number {
  const suffix = pod.metadata.name.slice(set.metadata.name.length + 1);
  return /^\d+$/.test(suffix) ? Number(suffix) : -1;
}
