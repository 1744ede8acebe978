import { parseQuantity } from '@headwater/core/kube/quantity.ts';
import { formatSubject } from '@headwater/core/subject.ts';
import { citeField } from '../../evidence/cite.ts';
import type { Finding } from '../../finding.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { isOngoing, lastDeath } from '../_shared/container-death.ts';
import { groupByRoot, type PodGroup, podSubjects } from '../_shared/pod-groups.ts';
import { type ContainerView, containersOf, isGone, type PodObject } from '../_shared/pods.ts';
import { edit } from '../_shared/remedies.ts';
import { unsettledPods } from '../_shared/unsettled-pods.ts';
import { rootObject, templateOf, templatePath } from '../_shared/workloads.ts';

interface Killed {
  readonly pod: PodObject;
  readonly container: ContainerView;
  /** Where the OOM kill stands. */
  readonly path: string;
}

/** Containers killed for memory by a limit that only the namespace's LimitRange gave them. */
export function findSmallDefaults(snapshot: Snapshot): readonly Finding[] {
  if (snapshot.objects.list('LimitRange').length === 0) return [];
  const killed = unsettledPods(snapshot).flatMap((pod) => (isGone(pod) ? [] : killedOf(snapshot, pod)));
  return groupByRoot(snapshot, killed, ({ container }) => container.name).flatMap((group) => judge(snapshot, group));
}

function killedOf(snapshot: Snapshot, pod: PodObject): readonly Killed[] {
  return containersOf(pod).flatMap((container) => {
    const death = lastDeath(container);
    if (death?.how.reason !== 'OOMKilled' || !isOngoing(snapshot, container, death)) return [];
    return [{ pod, container, path: `${death.path}.reason` }];
  });
}

function judge(snapshot: Snapshot, group: PodGroup<Killed>): Finding[] {
  const [{ pod, container, path }] = group.entries;
  const root = rootObject(snapshot, pod);
  const written = [
    ...(templateOf(root)?.spec?.containers ?? []),
    ...(templateOf(root)?.spec?.initContainers ?? []),
  ].find(({ name }) => name === container.name);
  const limit = container.spec?.resources?.limits?.['memory'];
  if (!written || written.resources?.limits?.['memory'] !== undefined || limit === undefined) return [];
  for (const range of snapshot.objects.list('LimitRange', pod.metadata.namespace ?? '')) {
    const position = (range.spec?.limits ?? []).findIndex(
      ({ type, default: defaults }) =>
        type === 'Container' && parseQuantity(defaults?.['memory']) === parseQuantity(limit),
    );
    if (position < 0) continue;
    const list = container.init ? 'initContainers' : 'containers';
    return [
      {
        code: 'quota/limit-range-default',
        subject: subjectOf(range),
        category: 'limit-range',
        role: 'cause',
        layer: 'admission',
        strength: 0.95,
        statement: `Container \`${container.name}\` of ${formatSubject(group.subject)} is \`OOMKilled\` at a memory limit of \`${limit}\` that its template does not set: ${formatSubject(subjectOf(range))} gives it as default`,
        evidence: [
          citeField(range, `spec.limits[${position}].default.memory`),
          citeField(root, `${templatePath(root)}.spec.${list}[name=${container.name}].resources`),
          citeField(pod, `${container.specPath}.resources.limits.memory`),
          citeField(pod, path),
        ],
        aliases: [group.subject],
        affects: podSubjects(group, 5),
        remediation: [
          edit('patch-resources', 'R2', 'Set a memory limit in the template'),
          edit('raise-quota', 'R3', 'Raise the default of the LimitRange'),
        ],
      },
    ];
  }
  return [];
}
