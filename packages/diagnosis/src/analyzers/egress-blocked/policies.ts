import { formatSubject, subjectKey } from '@headwater/core/subject.ts';
import { citeChange, citeField } from '../../evidence/cite.ts';
import type { Finding } from '../../finding.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { evaluateFlow } from '../../topology/network-policy.ts';
import { isAddress } from '../../topology/host-references.ts';
import { citeHit } from '../_shared/log-hits.ts';
import { type OutsideFailure, outsideFailures } from '../_shared/outside-failures.ts';
import { blamePolicy, formatBlame, refusal } from '../_shared/policy-blame.ts';
import { policiesOf, policyViewOf } from '../_shared/policy-flows.ts';
import { edit } from '../_shared/remedies.ts';

// An address of the documentation range stands for a host whose address the log does not tell: no real rule names it.
const SOMEWHERE = '203.0.113.1';

/** Egress policies that deny the outside calls that fail. */
export function judgePolicies(snapshot: Snapshot): Finding[] {
  if (snapshot.objects.list('NetworkPolicy').length === 0) return [];
  const denied = outsideFailures(snapshot).flatMap((failure) => judge(snapshot, failure) ?? []);
  return [...Map.groupBy(denied, ({ blame }) => subjectKey(subjectOf(blame.policy))).values()].flatMap((group) =>
    report(snapshot, group),
  );
}

function judge(snapshot: Snapshot, outside: OutsideFailure) {
  const from = policyViewOf(snapshot, outside.caller);
  if (!from) return null;
  const { host, failure } = outside;
  const ip = isAddress(host) ? host : SOMEWHERE;
  const { egress } = evaluateFlow(policiesOf(snapshot), {
    from: { pod: from },
    to: { ip },
    port: failure.error.port ?? 443,
    protocol: 'TCP',
  });
  const blame = egress?.decision === 'denied' ? blamePolicy(snapshot, egress) : null;
  return egress && blame ? { outside, side: egress, blame } : null;
}

function report(snapshot: Snapshot, group: readonly NonNullable<ReturnType<typeof judge>>[]): Finding[] {
  const [first] = group;
  if (!first) return [];
  const { outside, side, blame } = first;
  const subject = subjectOf(blame.policy);
  const change = blame.recent ? snapshot.changes.of(subject).at(-1) : undefined;
  return [
    {
      code: 'egress/policy-denies-outside',
      subject,
      category: 'egress-blocked',
      role: 'cause',
      layer: 'state',
      strength: isAddress(outside.host) ? 0.95 : 0.9,
      statement: `${formatBlame(blame)} restricts egress of ${formatSubject(outside.caller)} and ${refusal(side)}: its calls to \`${outside.host}\` outside the cluster fail`,
      evidence: [
        citeField(blame.policy, 'spec'),
        ...group.slice(0, 2).flatMap((entry) => citeHit(entry.outside.failure.hit).slice(0, 1)),
        ...(change ? [citeChange(change)] : []),
      ],
      affects: [...new Map(group.map((entry) => [subjectKey(entry.outside.caller), entry.outside.caller])).values()],
      ...(change ? { change: change.id, since: change.time } : {}),
      remediation: [
        edit(
          'patch-networkpolicy',
          'R2',
          `Allow egress to ${outside.host} in ${formatSubject(subject)}, or restore its former version`,
        ),
      ],
    },
  ];
}
