import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { formatSubject } from '@headwater/core/subject.ts';
import { citeField } from '../../evidence/cite.ts';
import type { Finding } from '../../finding.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { lastDeath } from '../_shared/container-death.ts';
import { isCrashLooping } from '../_shared/log-scenes.ts';
import { groupByRoot, podSubjects } from '../_shared/pod-groups.ts';
import { citePodSpec } from '../_shared/pod-spec.ts';
import { type ContainerView, containersOf, isGone, type PodObject } from '../_shared/pods.ts';
import { rollback } from '../_shared/remedies.ts';
import { unsettledPods } from '../_shared/unsettled-pods.ts';

export const CLAIMED_TWICE = 'container/port-claimed-twice';

interface Claim {
  readonly pod: PodObject;
  readonly dying: ContainerView;
  readonly owner: ContainerView;
  readonly rival: ContainerView;
  readonly port: number;
  /** The field of the rival that names the port. */
  readonly field: 'ports' | 'args' | 'command';
}

/** Containers that keep ending, whose log was not read, in Pods where two containers claim one port. */
export function claimedTwice(snapshot: Snapshot): readonly Finding[] {
  const claims = unsettledPods(snapshot).flatMap((pod) => (isGone(pod) ? [] : (claimOf(snapshot, pod) ?? [])));
  return groupByRoot(snapshot, claims, ({ dying, port }) => `${dying.name} ${port}`).map((group) => {
    const [{ pod, dying, owner, rival, port, field }] = group.entries;
    const evidence: Evidence[] = [
      citePodSpec(snapshot, pod, `${owner.specPath}.ports`),
      citePodSpec(snapshot, pod, `${rival.specPath}.${field}`),
      citeField(pod, `${dying.statusPath}.restartCount`),
    ];
    return {
      code: CLAIMED_TWICE,
      subject: group.subject,
      category: 'port-conflict',
      role: 'cause',
      layer: 'state',
      strength: 0.62,
      statement: `Containers \`${owner.name}\` and \`${rival.name}\` of ${formatSubject(group.subject)} both claim port \`${port}\`, and \`${dying.name}\` keeps ending; its log was not read`,
      evidence,
      aliases: podSubjects(group),
      remediation: rollback(group.subject),
    };
  });
}

function claimOf(snapshot: Snapshot, pod: PodObject): Claim | null {
  const views = containersOf(pod).filter(({ init }) => !init);
  const dying =
    views.length < 2 ? undefined : views.find((view) => endsByItself(snapshot, view) && isUnread(snapshot, pod, view));
  if (!dying) return null;
  const pairs = views.flatMap((owner) =>
    views.flatMap((rival) => (rival !== owner && (rival === dying || owner === dying) ? [{ owner, rival }] : [])),
  );
  for (const { owner, rival } of pairs) {
    for (const { containerPort: port } of owner.spec?.ports ?? []) {
      const field = port ? claimedIn(rival, port) : null;
      if (port && field) return { pod, dying, owner, rival, port, field };
    }
  }
  return null;
}

function endsByItself(snapshot: Snapshot, view: ContainerView): boolean {
  const death = lastDeath(view);
  const code = death?.how.exitCode;
  return isCrashLooping(snapshot, view, death) && typeof code === 'number' && code !== 0 && code < 128;
}

function isUnread(snapshot: Snapshot, { metadata }: PodObject, { name }: ContainerView): boolean {
  const { namespace = '' } = metadata;
  return [true, false].every(
    (previous) => snapshot.logs.get(namespace ?? '', metadata.name, name, previous) === undefined,
  );
}

const LISTENS = /listen|bind|addr|port/i;
// A proxy also names the port it forwards to.
const FORWARDS = /upstream|backend|target|forward|127\.0\.0\.1|localhost/i;

function claimedIn({ spec }: ContainerView, port: number): Claim['field'] | null {
  if ((spec?.ports ?? []).some(({ containerPort }) => containerPort === port)) return 'ports';
  const number = new RegExp(`(?<!\\d)${port}(?!\\d)`);
  for (const field of ['args', 'command'] as const)
    if (spec?.[field]?.some((text) => number.test(text) && LISTENS.test(text) && !FORWARDS.test(text))) return field;
  return null;
}
