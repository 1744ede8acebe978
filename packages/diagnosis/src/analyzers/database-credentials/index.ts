import { formatSubject, type Subject, subjectKey } from '@headwater/core/subject.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { type CredentialError, credentialHits } from '../_shared/credential-errors.ts';
import { callersOf, type DataService, dataServiceOf, isServer } from '../_shared/dependencies.ts';
import { logFinding } from '../_shared/log-finding.ts';
import { citeHit, type LogHit, quote } from '../_shared/log-hits.ts';
import { groupByRoot, type PodGroup } from '../_shared/pod-groups.ts';
import { edit, rollback } from '../_shared/remedies.ts';
import { staleLogin } from '../_shared/stale-config.ts';
import { lastChange, suspectChange } from '../_shared/suspect-change.ts';
import { rootOf } from '../_shared/workloads.ts';
import { accountEvidence, secretMismatch } from './account.ts';
import { deniedSpans } from './from-spans.ts';
import { unheardLogins } from './unheard.ts';

const CLIENT = 'database/credentials-invalid';
const SERVER = 'database/credentials-changed';

/** Logins that a data service refuses: to one consumer, whose credentials are wrong, or to all, because the server changed. */
export const analyzer: Analyzer = {
  name: 'database-credentials',
  codes: {
    [CLIENT]: 'A data service refuses the credentials of one consumer.',
    [SERVER]: 'A data service refuses the credentials of every consumer.',
    'database/login-changed':
      'The last rollout changed only the login of a workload in trouble whose logs could not be read.',
  },
  reads: ['Pod', 'Deployment', 'StatefulSet', 'Service', 'Secret', 'logs', 'traces'],
  analyze(snapshot) {
    const groups = groupByRoot(snapshot, credentialHits(snapshot), ({ match }) => match.key);
    const clients = groups.filter((group) => !speaksOfOthers(snapshot, group));
    const byServer = Map.groupBy(clients, (group) => serverKey(snapshot, group));
    const findings = [...byServer.values()].flatMap((denied) => judge(snapshot, denied));
    // A server's own log counts when no client's log is there to say it better.
    const servers = groups.filter(
      (group) =>
        speaksOfOthers(snapshot, group) &&
        !clients.some(({ entries }) => entries[0].match.product === group.entries[0].match.product),
    );
    const known = new Set(clients.map(({ subject }) => subjectKey(subject)));
    return [
      ...findings,
      ...deniedSpans(snapshot, known),
      ...servers.flatMap((group) => fromServerLog(snapshot, group)),
      ...unheardLogins(snapshot),
    ];
  },
};

type Denied = PodGroup<LogHit<CredentialError>>;

function speaksOfOthers(snapshot: Snapshot, { subject, entries }: Denied): boolean {
  const { product } = entries[0].match;
  return product !== null && isServer(snapshot, subject, product);
}

function serverOf(snapshot: Snapshot, { subject, entries }: Denied): DataService | undefined {
  const { product } = entries[0].match;
  return product === null ? undefined : dataServiceOf(snapshot, subject, product);
}

function serverKey(snapshot: Snapshot, group: Denied): string {
  const server = serverOf(snapshot, group);
  return server ? subjectKey(server.workload) : `${group.entries[0].match.key} ${group.subject.namespace ?? ''}`;
}

function judge(snapshot: Snapshot, denied: readonly Denied[]): Finding[] {
  const [first] = denied;
  const server = first && serverOf(snapshot, first);
  if (
    first &&
    server &&
    (denied.length > 1 || isOnlyCallerOfChanged(snapshot, first, server)) &&
    served(snapshot, denied, server).length === 0
  )
    return [ofServer(snapshot, denied, server)];
  return denied.flatMap((group) => ofClient(snapshot, group, server));
}

/** Callers of a server that are not denied, as far as their own logs would have told. */
function served(snapshot: Snapshot, denied: readonly Denied[], { service }: DataService): readonly Subject[] {
  if (!service) return [];
  const refused = new Set(denied.map(({ subject }) => subjectKey(subject)));
  return callersOf(snapshot, service).filter((caller) => {
    if (refused.has(subjectKey(caller))) return false;
    return snapshot.topology.pods
      .ofComponent(caller)
      .some(({ metadata }) => snapshot.logs.ofPod(metadata.namespace ?? '', metadata.name).length > 0);
  });
}

// With one consumer the count cannot tell; then the side that was changed last, shortly before, is the one.
function isOnlyCallerOfChanged(
  snapshot: Snapshot,
  { subject, entries }: Denied,
  { workload, service }: DataService,
): boolean {
  const callers = service ? callersOf(snapshot, service) : [];
  if (callers.some((caller) => subjectKey(caller) !== subjectKey(subject))) return false;
  const { since } = entries[0];
  return (
    suspectChange(snapshot, workload, CREDENTIAL_FIELDS, since) !== undefined &&
    suspectChange(snapshot, subject, CREDENTIAL_FIELDS, since) === undefined
  );
}

const CREDENTIAL_FIELDS = /env|secret|volumes|args|command|data/i;

function ofServer(snapshot: Snapshot, denied: readonly Denied[], { workload }: DataService): Finding {
  const [first, second] = denied;
  const group = first as Denied;
  const change = lastChange(snapshot, workload, group.entries[0].since);
  const evidence = second ? citeHit(second.entries[0]) : [];
  const said = quote(citeHit(group.entries[0]), group.entries[0].match.text);
  return logFinding(group, {
    code: SERVER,
    category: 'credentials-invalid',
    strength: change ? 0.92 : 0.87,
    subject: workload,
    layer: 'state',
    says: `${formatSubject(workload)} refuses the logins of ${denied.map(({ subject }) => formatSubject(subject)).join(' and ')}${said === '' ? '' : ` (${said})`}`,
    aliases: [],
    affects: denied.map(({ subject }) => subject),
    evidence: [...evidence, ...(change ? [change.evidence] : [])],
    ...(change ? { change: change.change.id } : {}),
    remediation: [
      edit('restore-secret', 'R3', `Restore the account or password its consumers use in ${formatSubject(workload)}`, [
        'The former credentials are known and were not revoked on purpose',
      ]),
    ],
  });
}

function ofClient(snapshot: Snapshot, group: Denied, server: DataService | undefined): Finding[] {
  const [{ pod, view, match, since }] = group.entries;
  // A rotated Secret that the container has not read yet is another finding.
  if (staleLogin(snapshot, { pod, since })) return [];
  const account = accountEvidence(snapshot, { pod, view, match });
  const mismatch = server ? secretMismatch(snapshot, { pod, view }, server) : null;
  const change = suspectChange(snapshot, group.subject, CREDENTIAL_FIELDS, since);
  const at = server ? ` by ${formatSubject(server.workload)}` : '';
  const said = quote(citeHit(group.entries[0]), match.text);
  return [
    logFinding(group, {
      code: CLIENT,
      category: 'credentials-invalid',
      strength: 0.92,
      says: `${formatSubject(group.subject)} is refused${at}: ${said || 'its credentials are wrong'}${account.words}${mismatch?.words ?? ''}`,
      evidence: [...account.evidence, ...(mismatch?.evidence ?? []), ...(change ? [change.evidence] : [])],
      blames: server ? [server.workload] : [],
      ...(change ? { change: change.change.id } : {}),
      remediation: [
        edit('restore-secret', 'R2', `Restore the credentials that ${formatSubject(group.subject)} uses`),
        ...(change ? rollback(group.subject) : []),
      ],
    }),
  ];
}

function fromServerLog(snapshot: Snapshot, group: Denied): Finding[] {
  const [hit] = group.entries;
  const pod = hit.match.client === null ? undefined : snapshot.topology.pods.byIp(hit.match.client);
  const client = pod ? rootOf(snapshot, pod) : null;
  const said = quote(citeHit(hit), hit.match.text);
  return [
    logFinding(group, {
      code: client ? CLIENT : SERVER,
      category: 'credentials-invalid',
      strength: client ? 0.85 : 0.6,
      subject: client ?? group.subject,
      aliases: client ? [] : undefined,
      blames: client ? [group.subject] : [],
      says: `${client ? `${formatSubject(client)} is refused by ${formatSubject(group.subject)}` : `${formatSubject(group.subject)} refuses logins`}${said === '' ? '' : ` (${said})`}`,
      remediation: [
        edit(
          'restore-secret',
          'R2',
          `Restore the credentials that ${client ? formatSubject(client) : 'the refused client'} uses`,
        ),
      ],
    }),
  ];
}
