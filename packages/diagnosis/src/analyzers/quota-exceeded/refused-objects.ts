import type { ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import { formatSubject, type Subject } from '@headwater/core/subject.ts';
import { parseTime } from '@headwater/core/time.ts';
import { citeAbsent, citeField } from '../../evidence/cite.ts';
import type { Finding } from '../../finding.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { absentClaims, usersOf, waitingPod } from '../_shared/claims.ts';
import { type ConfigName, configNamesIn } from '../_shared/config-refs.ts';
import { describeLine, reportQuota } from '../_shared/quota-report.ts';
import { citeQuotaLine, refusedClaim, type RefusedClaim, refusingQuotas } from '../_shared/quota-state.ts';
import { refusedCreates } from '../_shared/refused-creates.ts';
import { citeUnplaced, unplacedPods } from '../_shared/scheduling.ts';
import { isReady } from '../_shared/pods.ts';
import { unsettledWorkloads } from '../_shared/unsettled-workloads.ts';
import { rootOf } from '../_shared/workloads.ts';

/** Quotas without room for claims, ConfigMaps or Secrets that Pods wait for. */
export function findRefusedObjects(snapshot: Snapshot): readonly Finding[] {
  if (snapshot.objects.list('ResourceQuota').length === 0) return [];
  return [...findClaims(snapshot), ...findTemplateClaims(snapshot), ...findConfig(snapshot)];
}

function findClaims(snapshot: Snapshot): readonly Finding[] {
  return absentClaims(snapshot).flatMap(([namespace, name]) => {
    const use = usersOf(snapshot, namespace, name);
    const pod = waitingPod(use);
    const refused = pod ? refusedClaim(snapshot, namespace, name) : null;
    if (!pod || !refused) return [];
    return [reportClaim(snapshot, refused, { namespace, name, workloads: use.workloads, pod })];
  });
}

/** Claims of a StatefulSet that its next Pod waits for; without a claim there is no Pod, and without Events no word. */
function findTemplateClaims(snapshot: Snapshot): readonly Finding[] {
  const told = new Set(refusedCreates(snapshot).map(({ controller }) => controller));
  return unsettledWorkloads(snapshot).statefulSets.flatMap((set): Finding[] => {
    const namespace = set.metadata.namespace ?? '';
    const next = set.status?.replicas ?? 0;
    if (told.has(set) || next >= (set.spec?.replicas ?? 0)) return [];
    if (snapshot.objects.get('Pod', namespace, `${set.metadata.name}-${next}`)) return [];
    return (set.spec?.volumeClaimTemplates ?? []).slice(0, 1).flatMap(({ metadata }) => {
      const name = `${metadata?.name ?? ''}-${set.metadata.name}-${next}`;
      if (snapshot.objects.existence('PersistentVolumeClaim', namespace, name) !== 'absent') return [];
      const refused = refusedClaim(snapshot, namespace, name);
      return refused ? [reportTemplateClaim(snapshot, refused, { set, name })] : [];
    });
  });
}

function reportTemplateClaim(
  snapshot: Snapshot,
  { quota, breaches, sizeOf, storage }: RefusedClaim,
  { set, name }: { set: ObjectOf<'StatefulSet'>; name: string },
): Finding {
  const namespace = set.metadata.namespace ?? '';
  const resource = breaches[0]?.resource ?? 'requests.storage';
  const claim = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace, name };
  return reportQuota(namespace, subjectOf(quota), {
    code: 'quota/no-room-for-claim',
    strength: 0.8,
    statement: `The next Pod of ${formatSubject(subjectOf(set))} needs PersistentVolumeClaim \`${name}\`, which does not exist, and ${formatSubject(subjectOf(quota))} leaves no room for it: ${describeLine(quota, resource)}${storage && sizeOf ? `; \`${storage}\` would be needed` : ''}`,
    evidence: [
      ...citeQuotaLine(quota, resource),
      ...(sizeOf ? [sizeOf] : []),
      citeAbsent(snapshot, claim),
      citeField(set, 'spec.replicas'),
      citeField(set, 'status.replicas'),
    ],
    affects: [claim, subjectOf(set)],
    since: parseTime(set.metadata.creationTimestamp),
  });
}

interface AbsentClaim {
  readonly namespace: string;
  readonly name: string;
  readonly workloads: readonly Subject[];
  readonly pod: Parameters<typeof rootOf>[1];
}

function reportClaim(
  snapshot: Snapshot,
  refused: RefusedClaim,
  { namespace, name, workloads, pod }: AbsentClaim,
): Finding {
  const { quota, breaches, sizeOf, storage } = refused;
  const resource = breaches[0]?.resource ?? 'requests.storage';
  const claim = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace, name };
  const size = storage && sizeOf ? `; \`${storage}\` would be needed` : '';
  const unplaced = unplacedPods(snapshot).filter((one) => one.pod === pod);
  return reportQuota(namespace, subjectOf(quota), {
    code: 'quota/no-room-for-claim',
    // The size of a claim that does not exist is read from what was prepared for it.
    strength: sizeOf ? 0.85 : 0.92,
    statement: `PersistentVolumeClaim \`${name}\`, which ${formatSubject(rootOf(snapshot, pod))} mounts, does not exist and ${formatSubject(subjectOf(quota))} leaves no room for it: ${describeLine(quota, resource)}${size}`,
    evidence: [
      ...citeQuotaLine(quota, resource),
      ...(sizeOf ? [sizeOf] : []),
      citeAbsent(snapshot, claim),
      ...unplaced.slice(0, 1).flatMap(citeUnplaced),
    ],
    affects: [claim, ...workloads, subjectOf(pod)],
  });
}

function findConfig(snapshot: Snapshot): readonly Finding[] {
  const namespaces = new Set(snapshot.objects.list('ResourceQuota').map(({ metadata }) => metadata.namespace ?? ''));
  const wanted = new Map<string, { namespace: string; wanted: ConfigName; workload: Subject }>();
  for (const namespace of namespaces) {
    const waiting = snapshot.objects
      .list('Pod', namespace)
      .filter((pod) => pod.status?.phase === 'Pending' && !isReady(pod));
    for (const { pod, name } of waiting.flatMap((pod) => configNamesIn(pod.spec).map((name) => ({ pod, name })))) {
      wanted.set(`${namespace}/${name.kind}/${name.name}`, {
        namespace,
        wanted: name,
        workload: rootOf(snapshot, pod),
      });
    }
  }
  return [...wanted.values()].flatMap(({ namespace, ...rest }) => judgeConfig(snapshot, namespace, rest) ?? []);
}

function judgeConfig(
  snapshot: Snapshot,
  namespace: string,
  { wanted, workload }: { wanted: ConfigName; workload: Subject },
): Finding | null {
  const { kind, name } = wanted;
  if (snapshot.objects.existence(kind, namespace, name) !== 'absent') return null;
  const plural = kind === 'Secret' ? 'secrets' : 'configmaps';
  const [refusing] = refusingQuotas(
    snapshot,
    namespace,
    new Map([
      [plural, 1],
      [`count/${plural}`, 1],
    ]),
  );
  const resource = refusing?.breaches[0]?.resource;
  if (!refusing || !resource) return null;
  return reportQuota(namespace, subjectOf(refusing.quota), {
    code: 'quota/no-room-for-config',
    strength: 0.85,
    statement: `${kind} \`${name}\`, which ${formatSubject(workload)} needs, does not exist and ${formatSubject(subjectOf(refusing.quota))} leaves no room for it: ${describeLine(refusing.quota, resource)}`,
    evidence: [
      ...citeQuotaLine(refusing.quota, resource),
      citeAbsent(snapshot, { kind, namespace, name }),
      citeField(refusing.quota, 'spec.hard'),
    ],
    affects: [{ apiVersion: 'v1', kind, namespace, name }, workload],
  });
}
