import type { Category } from '@headwater/contracts/diagnosis/categories.ts';
import type { Evidence, Remediation } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { nearMiss } from '@headwater/core/near-miss.ts';
import { formatSubject, type Subject } from '@headwater/core/subject.ts';
import { citeAbsent, citeChange, citeField } from '../../evidence/cite.ts';
import type { Finding } from '../../finding.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { type Dangling, keysOf } from './dangling-config.ts';
import { groupByRoot, type PodGroup, podSubjects } from './pod-groups.ts';
import { makerOfSecret } from './certificates.ts';
import { citePodSpec } from './pod-spec.ts';
import { rollback } from './remedies.ts';

/** One finding per missing object or key: about its only user, or about itself when several workloads need it. */
export function reportDangling(
  snapshot: Snapshot,
  dangling: readonly Dangling[],
  kind: { code: string; category: Category },
): readonly Finding[] {
  const targets = Map.groupBy(dangling, (entry) => `${entry.kind}/${entry.namespace}/${entry.name}/${entry.key ?? ''}`);
  return [...targets.keys()].sort().flatMap((target) => {
    const groups = groupByRoot(snapshot, targets.get(target) ?? []);
    const [first] = groups;
    return first ? [finding(snapshot, groups, first, kind)] : [];
  });
}

function finding(
  snapshot: Snapshot,
  groups: readonly PodGroup<Dangling>[],
  first: PodGroup<Dangling>,
  { code, category }: { code: string; category: Category },
): Finding {
  const [entry] = first.entries;
  const target: Subject = {
    kind: entry.kind,
    ...(entry.namespace ? { namespace: entry.namespace } : {}),
    name: entry.name,
  };
  const shared = groups.length > 1;
  const lost = lossOf(snapshot, entry, target);
  const hint = hintOf(snapshot, entry);
  const maker =
    entry.kind === 'Secret' && entry.key === null ? makerOfSecret(snapshot, entry.namespace, entry.name) : undefined;
  const users = shared ? `${formatSubject(first.subject)} and other workloads` : formatSubject(first.subject);
  const use = entry.reference ? `, needed by ${entry.reference.user}` : '';
  const evidence = [
    ...groups
      .slice(0, 3)
      .flatMap(({ entries: [each] }) => [
        ...(each.proof ? [each.proof] : []),
        ...(each.reference ? [citePodSpec(snapshot, each.pod, each.reference.path)] : []),
      ]),
    ...lost,
    ...hint.evidence,
  ];
  const change = snapshot.changes.of(target).at(-1);
  return {
    code,
    subject: shared ? target : first.subject,
    category,
    // What makes the Secret is at fault when there is such a thing: nobody else ever made it.
    role: maker ? 'symptom' : 'cause',
    blames: maker ? [subjectOf(maker)] : [],
    layer: 'state',
    strength: entry.proof && (entry.reference || lost.length > 0) ? 0.95 : 0.85,
    statement: `${users} cannot start: ${what(entry, target)}${use}${hint.text}`,
    evidence: [...evidence, ...(change ? [citeChange(change)] : [])],
    aliases: shared ? [] : [target, ...podSubjects(first)],
    affects: shared ? groups.map(({ subject }) => subject) : [],
    ...(change ? { change: change.id } : {}),
    remediation: repair(entry, target, first.subject),
  };
}

function what({ key }: Dangling, target: Subject): string {
  return key === null
    ? `${target.kind} \`${target.name}\` does not exist`
    : `${target.kind} \`${target.name}\` has no key \`${key}\``;
}

function lossOf(snapshot: Snapshot, { kind, namespace, name, key }: Dangling, target: Subject): readonly Evidence[] {
  const object = snapshot.objects.get(kind, namespace, name);
  if (key !== null)
    return object && keysOf(snapshot, kind, namespace, name) ? [citeField(object, `data['${key}']`)] : [];
  return snapshot.objects.existence(kind, namespace, name) === 'absent' ? [citeAbsent(snapshot, target)] : [];
}

function hintOf(
  snapshot: Snapshot,
  { kind, namespace, name, key }: Dangling,
): { text: string; evidence: readonly Evidence[] } {
  const none = { text: '', evidence: [] };
  if (key !== null) {
    const object = snapshot.objects.get(kind, namespace, name);
    const near = nearMiss(key, keysOf(snapshot, kind, namespace, name) ?? []);
    return near === null || !object
      ? none
      : { text: `; it has \`${near}\``, evidence: [citeField(object, `data['${near}']`)] };
  }
  if (!snapshot.objects.knows(kind, namespace)) return none;
  const near = nearMiss(name, snapshot.objects.names(kind, namespace));
  const other = near === null ? undefined : snapshot.objects.get(kind, namespace, near);
  return other
    ? { text: `; ${kind} \`${near}\` does`, evidence: [citeField(other, 'metadata.name')] }
    : elsewhere(snapshot, kind, namespace, name);
}

// The right name in the wrong namespace is the other common slip.
function elsewhere(
  snapshot: Snapshot,
  kind: Dangling['kind'],
  namespace: string,
  name: string,
): { text: string; evidence: readonly Evidence[] } {
  const twin = snapshot.objects
    .list(kind)
    .find(({ metadata }) => metadata.name === name && metadata.namespace !== namespace);
  return twin
    ? {
        text: `; one exists in namespace \`${twin.metadata.namespace}\``,
        evidence: [citeField(twin, 'metadata.namespace')],
      }
    : { text: '', evidence: [] };
}

function repair({ kind, key }: Dangling, target: Subject, user: Subject): readonly Remediation[] {
  const object = formatSubject(target);
  return [
    {
      action: kind === 'Secret' ? 'restore-secret' : 'create-configmap',
      risk: 'R2',
      statement: key === null ? `Restore ${object} from its source` : `Restore key ${key} of ${object} from its source`,
      preconditions: [
        kind === 'Secret'
          ? 'Its values come from the secret store, never invented'
          : 'Its content comes from Git or the last known version',
      ],
      undo: key === null ? `Delete ${object}` : `Remove key ${key}`,
    },
    ...rollback(user),
  ];
}
