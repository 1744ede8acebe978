import type { KubeObject, ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import { isKnownKind } from '@headwater/contracts/kube/kinds.ts';
import { formatSubject, type Subject, subjectKey } from '@headwater/core/subject.ts';
import { MINUTE, parseTime } from '@headwater/core/time.ts';
import type { Change } from '../../changes/timeline.ts';
import { citeAbsent, citeChange, citeField } from '../../evidence/cite.ts';
import { citeAccess, formatRequest } from '../../evidence/cite-access.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { accessOf, type Account, type Binding, roleOf } from '../../topology/rbac.ts';
import { alertedWorkload } from '../_shared/firing-alerts.ts';
import { ageOf } from '../_shared/freshness.ts';
import { logScenes } from '../_shared/log-scenes.ts';
import { changesBeforeOnset } from '../_shared/onset.ts';
import { recentChange } from '../_shared/recent-change.ts';
import { rootOf } from '../_shared/workloads.ts';
import { groupOf } from '../_shared/conditions.ts';

/** A permission that was taken away lately, as the objects alone show it: nobody's log was read that says so. */
export interface Unspoken {
  /** The binding or role that was written. */
  readonly subject: Subject;
  readonly account: Account;
  readonly workload: Subject | null;
  readonly change: Change;
  readonly words: string;
  readonly evidence: readonly ReturnType<typeof citeField>[];
  readonly stuck: readonly Subject[];
  /** Only the coincidence in time speaks for it. */
  readonly guessed?: boolean;
}

/** Bindings and roles that were written lately and leave an account in use without what it had. */
export function unspokenDenials(snapshot: Snapshot): readonly Unspoken[] {
  return [...danglingBindings(snapshot), ...unfinishedDeletions(snapshot), ...editedRights(snapshot)];
}

function bindings({ objects }: Snapshot): readonly Binding[] {
  return [...objects.list('RoleBinding'), ...objects.list('ClusterRoleBinding')];
}

// A binding that names an account nobody made, beside an account in use that nothing binds, is a binding with a slip.
function danglingBindings(snapshot: Snapshot): Unspoken[] {
  return bindings(snapshot).flatMap((binding): Unspoken[] => {
    const change = recentChange(snapshot, subjectOf(binding));
    const [named, ...more] = binding.subjects ?? [];
    const namespace = named?.namespace ?? binding.metadata.namespace ?? '';
    if (!change || named?.kind !== 'ServiceAccount' || !named.name || more.length > 0) return [];
    if (snapshot.objects.existence('ServiceAccount', namespace, named.name) !== 'absent') return [];
    const orphan = accountsInUse(snapshot).find(
      ({ account }) =>
        account.name !== 'default' &&
        isNamesake(binding.metadata.name, account.name) &&
        (account.namespace === (binding.metadata.namespace ?? account.namespace) || account.name === named.name) &&
        !bindings(snapshot).some((other) => names(other, account)),
    );
    if (!orphan) return [];
    return [
      {
        subject: subjectOf(binding),
        account: orphan.account,
        workload: orphan.workload,
        change,
        words: `${formatSubject(subjectOf(binding))} was changed and names ServiceAccount ${namespace}/${named.name}, which does not exist; nothing binds ServiceAccount ${orphan.account.namespace}/${orphan.account.name}, under which ${orphan.workload ? formatSubject(orphan.workload) : 'Pods'} runs${rightsOf(snapshot, binding)}`,
        evidence: [
          citeField(binding, 'subjects'),
          citeAbsent(snapshot, { kind: 'ServiceAccount', namespace, name: named.name }),
          citeField(orphan.pod, 'spec.serviceAccountName'),
          ...rules(snapshot, binding),
          citeChange(change),
        ],
        stuck: [],
      },
    ];
  });
}

function rightsOf({ objects }: Snapshot, binding: Binding): string {
  const rule = roleOf(objects, binding)?.rules?.[0];
  return rule ? `, so it may not ${(rule.verbs ?? []).join(', ')} ${(rule.resources ?? []).join(', ')}` : '';
}

function rules({ objects }: Snapshot, binding: Binding): Unspoken['evidence'] {
  const role = roleOf(objects, binding);
  return role ? [citeField(role, 'rules')] : [];
}

function names(binding: Binding, { namespace, name }: Account): boolean {
  return (binding.subjects ?? []).some(
    (subject) =>
      subject.kind === 'ServiceAccount' &&
      subject.name === name &&
      (subject.namespace ?? binding.metadata.namespace) === namespace,
  );
}

function isNamesake(binding: string, account: string): boolean {
  return binding.includes(account) || account.includes(binding);
}

interface InUse {
  readonly account: Account;
  readonly workload: Subject | null;
  readonly pod: ObjectOf<'Pod'>;
}

function accountsInUse(snapshot: Snapshot): readonly InUse[] {
  const found = new Map<string, InUse>();
  for (const pod of snapshot.objects.list('Pod')) {
    const account = { namespace: pod.metadata.namespace ?? '', name: pod.spec?.serviceAccountName ?? 'default' };
    const key = `${account.namespace}/${account.name}`;
    if (!found.has(key)) found.set(key, { account, workload: rootOf(snapshot, pod), pod });
  }
  return [...found.values()];
}

// An edit of what an alerted workload may do, shortly before the alert, counts only where no log could contradict it.
function editedRights(snapshot: Snapshot): Unspoken[] {
  const heard = new Set(logScenes(snapshot).map(({ pod }) => pod));
  const alerted = new Set(
    snapshot.alerts.flatMap((alert) => {
      const workload = alert.status === 'firing' ? alertedWorkload(snapshot, alert) : null;
      return workload ? [subjectKey(workload)] : [];
    }),
  );
  if (alerted.size === 0 || bindings(snapshot).length === 0) return [];
  const before = new Set(changesBeforeOnset(snapshot));
  return accountsInUse(snapshot)
    .filter(({ pod, workload }) => !heard.has(pod) && workload !== null && alerted.has(subjectKey(workload)))
    .flatMap(({ account, workload, pod }) =>
      bindings(snapshot)
        .filter((binding) => names(binding, account))
        .flatMap((binding): Unspoken[] => {
          const role = roleOf(snapshot.objects, binding);
          const change = role && recentChange(snapshot, subjectOf(role));
          if (!role || !change || change.source === 'created' || !before.has(change)) return [];
          return [
            {
              subject: subjectOf(role),
              account,
              workload,
              change,
              words: `${formatSubject(subjectOf(role))}, which gives ServiceAccount ${account.namespace}/${account.name} its rights, was changed shortly before the alert`,
              evidence: [
                citeField(role, 'rules'),
                citeField(binding, 'subjects'),
                citeField(pod, 'spec.serviceAccountName'),
                citeChange(change),
              ],
              stuck: [],
              guessed: true,
            },
          ];
        }),
    );
}

// Finalizers go within seconds; a controller that may read a kind and not write it never lets its objects go.
const PATIENCE = 2 * MINUTE;

function unfinishedDeletions(snapshot: Snapshot): Unspoken[] {
  const done = new Set<string>();
  return snapshot.objects
    .kinds()
    .filter((kind) => !isKnownKind(kind))
    .flatMap((kind) => snapshot.objects.list(kind))
    .filter((object) => isHeld(snapshot, object) && !done.has(object.kind) && done.add(object.kind))
    .flatMap((object) => deniedController(snapshot, object) ?? []);
}

function isHeld(snapshot: Snapshot, { metadata }: KubeObject): boolean {
  const age = ageOf(snapshot, metadata.deletionTimestamp);
  return age !== null && age > PATIENCE && (metadata.finalizers ?? []).length > 0;
}

function deniedController(snapshot: Snapshot, object: KubeObject): Unspoken | null {
  const apiGroup = groupOf(object);
  const definition = snapshot.objects
    .list('CustomResourceDefinition')
    .find(({ spec }) => spec?.group === apiGroup && spec.names?.kind === object.kind);
  const resource = definition?.spec?.names?.plural;
  if (!resource) return null;
  const access = accessOf(snapshot.objects);
  const ask = (verb: string) => ({ verb, apiGroup, resource, namespace: object.metadata.namespace ?? undefined });
  for (const { account, workload } of accountsInUse(snapshot)) {
    const reads = access.can(account, ask('watch'));
    const role = reads.allowed === true ? roleOf(snapshot.objects, reads.by) : undefined;
    // Whoever may watch everything is an inventory, not this kind's controller.
    if (!role?.rules?.some(({ apiGroups }) => apiGroups?.includes(apiGroup))) continue;
    const lacking = ['update', 'patch'].find((verb) => access.can(account, ask(verb)).allowed === false);
    const change = recentChange(snapshot, subjectOf(role));
    const deleted = parseTime(object.metadata.deletionTimestamp);
    if (!lacking || !change || (deleted !== null && change.time > deleted + PATIENCE)) continue;
    return {
      subject: subjectOf(role),
      account,
      workload,
      change,
      words: `${formatSubject(subjectOf(role))} was changed, and ServiceAccount ${account.namespace}/${account.name} may watch but not ${formatRequest(ask(lacking))}; the deletion of ${formatSubject(subjectOf(object))} never ends`,
      evidence: [
        citeAccess(snapshot, account, ask(lacking)),
        citeField(role, 'rules'),
        citeField(object, 'metadata.finalizers'),
        citeField(object, 'metadata.deletionTimestamp'),
        citeChange(change),
      ],
      stuck: [subjectOf(object)],
    };
  }
  return null;
}
