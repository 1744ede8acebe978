import type { ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import { formatSubject, type Subject } from '@headwater/core/subject.ts';
import { formatTime, HOUR, MINUTE, type Millis, parseTime } from '@headwater/core/time.ts';
import type { Change } from '../../changes/change.ts';
import { citeChange, citeField } from '../../evidence/cite.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { isWithin, RECENT } from '../_shared/freshness.ts';
import { revisionsOf } from '../_shared/previous-revision.ts';
import { containersOf, isGone, isReady } from '../_shared/pods.ts';
import { ownersOfUnsettledPods } from '../_shared/unsettled-pods.ts';

const CODE = 'change/repair-reverted';
const HISTORY = 'deployment.kubernetes.io/revision-history';
// A repair that held for longer was not undone by a controller that compares every few minutes.
const SOON = HOUR;
const SLACK = 3 * MINUTE;

/** Workloads whose template a controller put back soon after somebody changed it, and that are in trouble again. */
export const analyzer: Analyzer = {
  name: 'repair-reverted',
  codes: { [CODE]: 'A controller put back a template that somebody had just changed, and the trouble is there again.' },
  reads: ['Deployment', 'ReplicaSet', 'changes'],
  analyze(snapshot) {
    const owners = ownersOfUnsettledPods(snapshot);
    return snapshot.objects
      .list('Deployment')
      .filter((object) => owners.has(object))
      .flatMap((object) => judge(snapshot, subjectOf(object)) ?? []);
  },
};

function judge(snapshot: Snapshot, subject: Subject): Finding | null {
  // Few templates were ever put back; the others need not be put in order.
  if (!snapshot.owners.children(subject).some(({ metadata }) => metadata.annotations?.[HISTORY])) return null;
  const [current, between] = revisionsOf(snapshot, subject);
  if (!current?.metadata.annotations?.[HISTORY] || !between || !isFailing(snapshot, subject)) return null;
  const made = parseTime(between.metadata.creationTimestamp);
  const back = made === null ? null : returnOf(snapshot, subject, made);
  if (!back || made === null) return null;
  return report({ snapshot, subject, current, between, back, made });
}

/** Whether a Pod of it is not ready or has just died: an alert may still fire when all is well again. */
function isFailing(snapshot: Snapshot, subject: Subject): boolean {
  return snapshot.owners
    .pods(subject)
    .some(
      (pod) =>
        !isGone(pod) &&
        (!isReady(pod) ||
          containersOf(pod).some(({ status }) =>
            isWithin(snapshot, parseTime(status?.lastState?.terminated?.finishedAt), RECENT),
          )),
    );
}

interface Return {
  readonly change: Change;
  readonly controller: string;
  /** A report of the controller's own, where the change itself does not name it. */
  readonly told: Change | undefined;
}

const CONTROLLER =
  /argo ?cd|flux|kustomize-controller|helm-controller|gitops|fleet|config-?sync|operator|self-?heal|\bcontroller\b/i;
const NATIVE = /^kube-controller-manager$/;

/** The change that brought the former template back, when a controller made it soon after the other one. */
function returnOf(snapshot: Snapshot, subject: Subject, made: Millis): Return | null {
  const all = snapshot.changes.of(subject);
  const change = all.findLast(
    ({ diff, source }) => source !== 'event' && diff.some(({ path }) => path.startsWith('spec.template')),
  );
  // What came later than that is somebody's answer to it.
  if (!change || change.time <= made || change.time > made + SOON) return null;
  const after = all.filter(({ time }) => time > made);
  const own = [change.actor, change.actorSubject?.name].find(
    (name) => name && CONTROLLER.test(name) && !NATIVE.test(name),
  );
  const told = after.find(
    ({ source, time, title, actor, id }) =>
      id !== change.id &&
      source === 'external' &&
      Math.abs(time - change.time) <= SLACK &&
      CONTROLLER.test(`${title} ${actor ?? ''}`),
  );
  // Only what the evidence shows is quoted; who the timeline takes it to be is said in plain words.
  const shown = managerOf(snapshot, subject, change.time) ?? (told ? CONTROLLER.exec(told.title)?.[0] : undefined);
  const controller = shown ? `\`${shown}\`` : own;
  return controller ? { change, controller, told } : null;
}

/** The field manager that wrote the template about a time. */
function managerOf(snapshot: Snapshot, subject: Subject, time: Millis): string | undefined {
  const fields = snapshot.objects.find(subject)?.metadata.managedFields ?? [];
  const writer = fields.find(({ manager, time: at, subresource }) => {
    const wrote = parseTime(at);
    return (
      !subresource &&
      wrote !== null &&
      Math.abs(wrote - time) <= SLACK &&
      CONTROLLER.test(manager ?? '') &&
      !NATIVE.test(manager ?? '')
    );
  });
  return writer?.manager ?? undefined;
}

interface Revert {
  readonly snapshot: Snapshot;
  readonly subject: Subject;
  readonly current: ObjectOf<'ReplicaSet'>;
  readonly between: ObjectOf<'ReplicaSet'>;
  readonly back: Return;
  readonly made: Millis;
}

function report({ snapshot, subject, current, between, back, made }: Revert): Finding {
  const { change, controller, told } = back;
  const field = change.diff.find(({ before, after }) => before !== undefined && after !== undefined);
  const what = field ? `: \`${field.path}\` went from \`${field.before}\` back to \`${field.after}\`` : '';
  const object = snapshot.objects.find(subject);
  const writer = (object?.metadata.managedFields ?? []).findIndex(({ manager }) => controller.includes(manager ?? '?'));
  return {
    code: CODE,
    subject,
    category: 'repair-reverted',
    role: 'cause',
    layer: 'change',
    strength: 0.96,
    statement: `${controller} put the former template of ${formatSubject(subject)} back soon after the change of ${formatTime(made)}, and the trouble is there again${what}`,
    evidence: [
      citeChange(change),
      ...(told ? [citeChange(told)] : []),
      citeField(between, 'metadata.creationTimestamp'),
      citeField(current, `metadata.annotations['${HISTORY}']`),
      ...(object && writer >= 0 ? [citeField(object, `metadata.managedFields[${writer}].manager`)] : []),
    ],
    aliases: [...(change.actorSubject ? [change.actorSubject] : []), subjectOf(current)],
    ...(change.actorSubject ? { actor: change.actorSubject } : {}),
    change: change.id,
    since: change.time,
    remediation: [
      {
        action: 'none',
        risk: 'R2',
        statement:
          'Change what the controller applies (Git, its values, its custom resource); a change of the live object is undone again',
        preconditions: ['No plan that patches the live object runs meanwhile'],
        undo: 'Revert the commit',
      },
    ],
  };
}
