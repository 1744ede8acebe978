import { formatSubject, subjectKey } from '@headwater/core/subject.ts';
import { parseTime } from '@headwater/core/time.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import type { Policy, SideVerdict } from '../../topology/network-policy.ts';
import { recentChange } from './recent-change.ts';

/** The policy to name when several isolate an end together. */
export interface Blame {
  readonly policy: Policy;
  /** The others that isolate the same end and do not allow the traffic either. */
  readonly others: readonly Policy[];
  /** Changed within a day before the snapshot, other than by its namespace's installation. */
  readonly recent: boolean;
}

/** The one that changed last: before it the traffic flowed. Without times, the one with the fewest rules. */
export function blamePolicy(snapshot: Snapshot, verdict: SideVerdict): Blame | null {
  const rated = verdict.isolating.map((policy) => ({
    policy,
    changed: changedAt(snapshot, policy),
    rules: ruleCount(policy, verdict.side),
  }));
  rated.sort(
    (left, right) =>
      (right.changed ?? 0) - (left.changed ?? 0) ||
      left.rules - right.rules ||
      (subjectKey(subjectOf(left.policy)) < subjectKey(subjectOf(right.policy)) ? -1 : 1),
  );
  const [first, ...others] = rated;
  if (!first) return null;
  return {
    policy: first.policy,
    others: others.map(({ policy }) => policy),
    recent: recentChange(snapshot, subjectOf(first.policy)) !== undefined,
  };
}

function changedAt(snapshot: Snapshot, policy: Policy): number | null {
  const last = snapshot.changes.of(subjectOf(policy)).at(-1)?.time;
  return last ?? parseTime(policy.metadata.creationTimestamp);
}

function ruleCount({ spec }: Policy, side: SideVerdict['side']): number {
  return (side === 'ingress' ? (spec?.ingress ?? []) : (spec?.egress ?? [])).length;
}

/** Why the rules do not let a peer through, for a statement about the policy. */
export function refusal({ side, mismatch }: SideVerdict): string {
  const where = side === 'ingress' ? 'from' : 'to';
  switch (mismatch) {
    case 'no-rules':
      return `allows no ${side} at all`;
    case 'port':
      return `allows that peer but not that port`;
    default:
      return `has no rule that allows traffic ${where} that peer`;
  }
}

/** Names a policy and how many others isolate the same Pods. */
export function formatBlame({ policy, others }: Blame): string {
  return others.length === 0
    ? formatSubject(subjectOf(policy))
    : `${formatSubject(subjectOf(policy))} (with ${others.map((other) => other.metadata.name).join(', ')})`;
}
