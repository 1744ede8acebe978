import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { formatSubject, type Subject, subjectKey } from '@headwater/core/subject.ts';
import type { Millis } from '@headwater/core/time.ts';
import { citeEvent, citeField } from '../../evidence/cite.ts';
import { citeAccess, describeNear, formatRequest } from '../../evidence/cite-access.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { accessOf, type Account, type NearGrant } from '../../topology/rbac.ts';
import { isWithin, RECENT } from '../_shared/freshness.ts';
import { citeHit, logHits } from '../_shared/log-hits.ts';
import { edit } from '../_shared/remedies.ts';
import { rootOf } from '../_shared/workloads.ts';
import { type Forbidden, forbiddenKey, readForbidden } from './forbidden.ts';
import { stuckObjects } from './stuck-objects.ts';
import { type Unspoken, unspokenDenials } from './unspoken.ts';
import { tellingEvents } from '../_shared/telling-events.ts';

/** Programs that Kubernetes refuses an API call because no binding grants it. */
export const analyzer: Analyzer = {
  name: 'rbac-denied',
  codes: {
    'rbac/denied': 'A ServiceAccount lacks a permission its program needs.',
    'rbac/controller-denied': 'A controller lacks a permission, and objects it has to finish are stuck.',
  },
  reads: [
    'logs',
    'Event',
    'Pod',
    'ServiceAccount',
    'Role',
    'RoleBinding',
    'ClusterRole',
    'ClusterRoleBinding',
    'CustomResourceDefinition',
  ],
  analyze: (snapshot) => {
    const denials = new Map<string, Denial>();
    for (const denial of [...fromLogs(snapshot), ...fromEvents(snapshot)]) {
      const answer = accessOf(snapshot.objects).can(denial.account, denial.request);
      // Granted by now: the line is older than the repair.
      if (answer.allowed === true) continue;
      const key = [
        denial.account.namespace,
        denial.account.name,
        answer.near[0]?.kind ?? '',
        denial.request.resource,
      ].join(' ');
      if (!denials.has(key)) denials.set(key, denial);
    }
    const told = [...denials.values()].map((denial) => report(snapshot, denial));
    const known = new Set(told.map(({ subject }) => subjectKey(subject)));
    const unspoken = unspokenDenials(snapshot).filter(({ subject }) => !known.has(subjectKey(subject)));
    return [...told, ...unspoken.map(reportUnspoken)];
  },
};

interface Denial extends Forbidden {
  readonly evidence: readonly Evidence[];
  readonly workload: Subject | null;
  readonly since: Millis | null;
}

function fromLogs(snapshot: Snapshot): readonly Denial[] {
  const read = (text: string) => {
    const forbidden = readForbidden(text);
    return forbidden && { ...forbidden, key: forbiddenKey(forbidden) };
  };
  return logHits(snapshot, read, { atLeast: 1 }).map((hit) => ({
    ...hit.match,
    evidence: citeHit(hit),
    workload: rootOf(snapshot, hit.pod),
    since: hit.since,
  }));
}

// Controllers write refused calls into events; only the kinds of event that repeat while it goes on count.
function fromEvents(snapshot: Snapshot): readonly Denial[] {
  return tellingEvents(snapshot).flatMap((event) => {
    if (event.type !== 'Warning' || !isWithin(snapshot, event.last, RECENT)) return [];
    const forbidden = readForbidden(event.message);
    return forbidden
      ? [
          {
            ...forbidden,
            evidence: [citeEvent(event)],
            workload: userOf(snapshot, forbidden.account),
            since: event.first,
          },
        ]
      : [];
  });
}

/** The workload that runs under an account. */
function userOf(snapshot: Snapshot, account: Account): Subject | null {
  const pod = snapshot.objects
    .list('Pod', account.namespace)
    .find(({ spec }) => (spec?.serviceAccountName ?? spec?.serviceAccount ?? 'default') === account.name);
  return pod ? rootOf(snapshot, pod) : null;
}

function report(snapshot: Snapshot, denial: Denial): Finding {
  const { account, request, workload } = denial;
  const answer = accessOf(snapshot.objects).can(account, request);
  const near = answer.allowed === true ? [] : answer.near;
  const owner: Subject = { apiVersion: 'v1', kind: 'ServiceAccount', namespace: account.namespace, name: account.name };
  const subject = subjectFor(near[0]) ?? owner;
  const stuck = stuckObjects(snapshot, request);
  const [first] = stuck;
  const others = [
    owner,
    workload,
    ...near.slice(0, 1).flatMap(({ binding, role }) => [binding, role].flatMap((one) => (one ? [subjectOf(one)] : []))),
  ];
  const aliases = [...new Map(others.flatMap((one) => (one ? [[subjectKey(one), one] as const] : []))).values()].filter(
    (one) => subjectKey(one) !== subjectKey(subject),
  );
  return {
    code: stuck.length > 0 ? 'rbac/controller-denied' : 'rbac/denied',
    subject,
    category: 'rbac-denied',
    role: 'cause',
    layer: 'state',
    strength: answer.allowed === false ? 0.95 : 0.8,
    statement: `${formatSubject(owner)} may not ${formatRequest(request)}: ${near[0] ? describeNear(near[0]) : 'no Role or ClusterRole bound to it allows that'}${first ? `; so the deletion of ${formatSubject(subjectOf(first))} never ends` : ''}`,
    evidence: [
      ...denial.evidence,
      citeAccess(snapshot, account, request),
      ...bindingEvidence(near[0]),
      ...stuck.slice(0, 1).map((object) => citeField(object, 'metadata.deletionTimestamp')),
    ],
    aliases,
    affects: [...(workload ? [workload] : []), ...stuck.slice(0, 10).map(subjectOf)],
    since: denial.since,
    remediation: [
      edit('restore-rbac', 'R3', `Grant ${formatSubject(owner)} permission to ${formatRequest(request)}`, [
        'The program is meant to have it',
      ]),
    ],
  };
}

function reportUnspoken({ subject, account, workload, change, words, evidence, stuck, guessed }: Unspoken): Finding {
  const owner: Subject = { apiVersion: 'v1', kind: 'ServiceAccount', namespace: account.namespace, name: account.name };
  return {
    code: stuck.length > 0 ? 'rbac/controller-denied' : 'rbac/denied',
    subject,
    category: 'rbac-denied',
    role: 'cause',
    layer: 'state',
    strength: guessed ? 0.55 : stuck.length > 0 ? 0.75 : 0.65,
    statement: words,
    evidence,
    aliases: [owner, ...(workload ? [workload] : [])],
    affects: [...(workload ? [workload] : []), ...stuck],
    change: change.id,
    since: change.time,
    remediation: [
      edit('restore-rbac', 'R3', `Restore what ${formatSubject(subject)} granted before it was changed`, [
        'The program is meant to have it',
      ]),
    ],
  };
}

/** The object a person would mend: the binding that misses its mark, or the role that lacks the rule. */
function subjectFor(near: NearGrant | undefined): Subject | null {
  if (!near) return null;
  if (near.kind === 'rule-missing') return near.role ? subjectOf(near.role) : null;
  return near.binding ? subjectOf(near.binding) : null;
}

function bindingEvidence(near: NearGrant | undefined): readonly Evidence[] {
  if (near?.kind === 'rule-missing' && near.role) return [citeField(near.role, 'rules')];
  if (!near?.binding) return [];
  return [citeField(near.binding, near.kind === 'role-missing' ? 'roleRef' : 'subjects')];
}
