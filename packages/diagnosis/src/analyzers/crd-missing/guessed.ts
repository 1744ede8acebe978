import type { ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import { formatSubject, type Subject } from '@headwater/core/subject.ts';
import { citeAbsent, citeField } from '../../evidence/cite.ts';
import type { Finding } from '../../finding.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { lastDeath } from '../_shared/container-death.ts';
import { isCrashLooping, logScenes } from '../_shared/log-scenes.ts';
import { containersOf } from '../_shared/pods.ts';
import { unsettledPods } from '../_shared/unsettled-pods.ts';
import { rootOf } from '../_shared/workloads.ts';
import { base } from './base.ts';

type Pod = ObjectOf<'Pod'>;
type Role = ObjectOf<'ClusterRole'>;

/**
 * Without a log: a program that keeps ending and whose own role names a custom resource that no definition defines, though
 * other kinds of the same group are installed.
 */
export function guessedKinds(snapshot: Snapshot): Finding[] {
  if (!snapshot.objects.knows('CustomResourceDefinition')) return [];
  const found = new Map<string, Finding>();
  const heard = new Set(logScenes(snapshot).map(({ pod }) => pod));
  for (const pod of unsettledPods(snapshot)) {
    const crash = !heard.has(pod) && givesUp(snapshot, pod) ? undefinedResource(snapshot, pod) : null;
    if (!crash) continue;
    const subject = rootOf(snapshot, pod);
    found.set(formatSubject(subject), report(snapshot, { pod, subject, ...crash }));
  }
  return [...found.values()];
}

interface Undefined {
  readonly role: Role;
  readonly resource: string;
  readonly group: string;
}

// A kill from outside is no decision of the program's own.
function givesUp(snapshot: Snapshot, pod: Pod): boolean {
  return containersOf(pod).some((view) => {
    const death = lastDeath(view);
    const code = death?.how.exitCode ?? 0;
    return code > 0 && code < 128 && isCrashLooping(snapshot, view, death);
  });
}

function undefinedResource(snapshot: Snapshot, pod: Pod): Undefined | null {
  const definitions = snapshot.objects.list('CustomResourceDefinition');
  const groups = new Set(definitions.map(({ spec }) => spec?.group ?? ''));
  const names = new Set(definitions.map(({ metadata }) => metadata.name));
  const asked = rolesOf(snapshot, pod).flatMap((role) =>
    (role.rules ?? []).flatMap(({ apiGroups, resources }) =>
      (apiGroups ?? []).flatMap((group) => (resources ?? []).map((resource) => ({ role, resource, group }))),
    ),
  );
  return (
    asked.find(
      ({ resource, group }) => groups.has(group) && /^[a-z]+$/.test(resource) && !names.has(`${resource}.${group}`),
    ) ?? null
  );
}

function rolesOf({ objects }: Snapshot, { metadata, spec }: Pod): readonly Role[] {
  return objects
    .list('ClusterRoleBinding')
    .filter(({ subjects }) =>
      (subjects ?? []).some(
        ({ kind, name, namespace }) =>
          kind === 'ServiceAccount' && name === spec?.serviceAccountName && namespace === metadata.namespace,
      ),
    )
    .flatMap(({ roleRef }) => objects.get('ClusterRole', null, roleRef?.name ?? '') ?? []);
}

function report(snapshot: Snapshot, found: Undefined & { pod: Pod; subject: Subject }): Finding {
  const { pod, subject, role, resource, group } = found;
  const definition: Subject = { kind: 'CustomResourceDefinition', name: `${resource}.${group}` };
  return {
    ...base('crd/missing', subject),
    strength: 0.65,
    statement: `${formatSubject(subject)} keeps ending, and ${formatSubject(definition)}, which its role is about, does not exist`,
    evidence: [
      citeAbsent(snapshot, definition),
      citeField(role, 'rules'),
      citeField(pod, 'status.containerStatuses'),
      citeField(pod, 'spec.serviceAccountName'),
    ],
    aliases: [definition, subjectOf(pod)],
  };
}
