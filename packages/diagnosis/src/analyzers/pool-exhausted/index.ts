import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { formatSubject, type Subject, subjectKey } from '@headwater/core/subject.ts';
import { citeChange, citeField } from '../../evidence/cite.ts';
import { citeShift, citeSignal } from '../../evidence/cite-metrics.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { citeServer, type DataService, dataServicesOf, isServer } from '../_shared/dependencies.ts';
import { distinct, logFinding } from '../_shared/log-finding.ts';
import { citeHit, type LogHit, logHits, quote } from '../_shared/log-hits.ts';
import { groupByRoot, type PodGroup } from '../_shared/pod-groups.ts';
import { edit, rollback } from '../_shared/remedies.ts';

import { sinceWords, wordsOf } from '../_shared/shift-words.ts';
import { suspectChange } from '../_shared/suspect-change.ts';
import { citeUse, type ConnectionUse, fullServers, useWords } from './connection-use.ts';
import { connectionLimitOf } from './limit.ts';
import { busyWorkers, type ShrunkPool, shrunkPools } from './workers.ts';
import { type Exhausted, readExhausted } from './patterns.ts';

const SERVER = 'database/connections-exhausted';
const CLIENT = 'database/client-pool-exhausted';
const WORKERS = 'service/workers-exhausted';

/** Connections that have run out: at the server for all, or in the pool of one client. */
export const analyzer: Analyzer = {
  name: 'pool-exhausted',
  codes: {
    [SERVER]: 'A data service has no free connection for its clients.',
    [CLIENT]: 'A client has no free connection in its own pool.',
    [WORKERS]: 'A program has no free worker or thread: requests queue in front of it while its CPU is idle.',
  },
  reads: ['Pod', 'Deployment', 'StatefulSet', 'ConfigMap', 'Service', 'logs', 'metrics'],
  analyze(snapshot) {
    const groups = groupByRoot(snapshot, logHits(snapshot, readExhausted), ({ match }) => match.key);
    const atServer = groups.filter(({ entries }) => entries[0].match.side === 'server');
    const byServer = Map.groupBy(atServer, (group) => subjectKey(serverOf(snapshot, group)?.workload ?? group.subject));
    const refused = new Set(atServer.map(({ subject }) => subjectKey(subject)));
    const inClient = groups.filter(
      ({ subject, entries }) => entries[0].match.side === 'client' && !refused.has(subjectKey(subject)),
    );
    const inWorkers = groups.filter(({ entries }) => entries[0].match.side === 'workers');
    const heard = new Set([...inClient, ...inWorkers].map(({ subject }) => subjectKey(subject)));
    return [
      ...[...byServer.values()].flatMap((all) => ofServer(snapshot, all)),
      ...[...fullServers(snapshot)].flatMap(([key, use]) => (byServer.has(key) ? [] : [ofCounts(snapshot, use)])),
      ...inClient.map((group) => ofClient(snapshot, group)),
      ...inWorkers.map((group) => ofWorkers(snapshot, group)),
      ...shrunkPools(snapshot).flatMap((pool) => (heard.has(subjectKey(pool.subject)) ? [] : [ofShrunk(pool)])),
    ];
  },
};

type Group = PodGroup<LogHit<Exhausted>>;

function serverOf(
  snapshot: Snapshot,
  { subject, entries }: Group,
): Pick<DataService, 'workload' | 'template'> | undefined {
  const { product } = entries[0].match;
  if (product === null) return undefined;
  if (!isServer(snapshot, subject, product)) {
    const servers = dataServicesOf(snapshot, subject, product);
    return servers.find(({ template }) => connectionLimitOf(snapshot, template)) ?? servers[0];
  }
  const [template] = snapshot.topology.templates.ofComponent(subject);
  return template && { workload: subject, template };
}

function ofServer(snapshot: Snapshot, groups: readonly Group[]): Finding[] {
  const [group] = groups;
  if (!group) return [];
  const [hit] = group.entries;
  const server = serverOf(snapshot, group);
  const limit = server ? connectionLimitOf(snapshot, server.template) : null;
  const change = server ? suspectChange(snapshot, server.workload, /args|command|env|data/, hit.since) : undefined;
  const use = server ? fullServers(snapshot).get(subjectKey(server.workload)) : undefined;
  const counted = use ? useWords(use) : null;
  const said = quote(citeHit(hit), hit.match.text);
  const callers = groups.map(({ subject }) => formatSubject(subject)).join(' and ');
  const subject = server?.workload ?? group.subject;
  return [
    logFinding(group, {
      code: SERVER,
      category: 'pool-exhausted',
      layer: 'saturation',
      strength: limit || change || use ? 0.95 : server ? 0.88 : 0.8,
      subject,
      aliases: server ? [] : undefined,
      affects: groups.map((entry) => entry.subject),
      says: `${server ? `${formatSubject(subject)} has no free connection for ${subjectKey(subject) === subjectKey(group.subject) ? 'its clients' : callers}` : `${callers} gets no connection from its data service`}${said === '' ? '' : `: ${said}`}${limit?.words ?? counted?.words ?? ''}`,
      evidence: [
        ...(counted?.evidence ?? []),
        ...(limit?.evidence ?? (server ? citeServer(server.template) : [])),
        ...others(groups),
        ...(change ? [change.evidence] : []),
      ],
      ...(change ? { change: change.change.id } : {}),
      remediation: [...serverRemedies(subject), ...(change ? rollback(subject) : [])],
    }),
  ];
}

function serverRemedies(server: Subject): NonNullable<Finding['remediation']> {
  return [
    {
      action: 'restart',
      risk: 'R1',
      statement: 'Restart the client that holds the most connections',
      preconditions: ['The server shows which client holds them'],
      undo: 'None needed',
    },
    edit(
      'patch-config',
      'R2',
      `Raise the connection limit of ${formatSubject(server)}, or bound the pools of its clients`,
    ),
  ];
}

/** What the server's own counts show when no client was heard. */
function ofCounts(snapshot: Snapshot, use: ConnectionUse): Finding {
  const { words, evidence } = useWords(use);
  const clients = snapshot.topology
    .dependents(use.server)
    .filter(({ relation }) => relation === 'calls')
    .map(({ from }) => from);
  return {
    code: SERVER,
    subject: use.server,
    category: 'pool-exhausted',
    role: 'cause',
    layer: 'saturation',
    strength: use.holder ? 0.85 : 0.78,
    statement: `${formatSubject(use.server)} has hardly a free connection for its clients${words}`,
    evidence: distinct([...evidence, ...citeUse(use)]),
    affects: clients,
    remediation: serverRemedies(use.server),
  };
}

function others(groups: readonly Group[]): readonly Evidence[] {
  return groups.slice(1, 3).flatMap(({ entries }) => citeHit(entries[0]).slice(0, 1));
}

function ofClient(snapshot: Snapshot, group: Group): Finding {
  const [{ match, view, pod, since }] = group.entries;
  const setting = view.spec?.env?.find(
    ({ name, value }) => /pool|max_?conn/i.test(name ?? '') && /^\d+$/.test(value ?? ''),
  );
  const path = `${view.specPath}.env[name=${setting?.name}].value`;
  const change = suspectChange(snapshot, group.subject, /env|args|image/, since);
  const said = quote(citeHit(group.entries[0]), match.text);
  return logFinding(group, {
    code: CLIENT,
    category: 'pool-exhausted',
    layer: 'saturation',
    strength: 0.8,
    says: `${formatSubject(group.subject)} has no free connection in its own pool${said === '' ? '' : `: ${said}`}${setting?.name ? ` (\`${setting.name}\` is \`${setting.value}\`)` : ''}`,
    evidence: [...(setting?.name ? [citeField(pod, path)] : []), ...(change ? [change.evidence] : [])],
    ...(change ? { change: change.change.id } : {}),
    remediation: [
      {
        action: 'restart',
        risk: 'R1',
        statement: `Restart ${formatSubject(group.subject)} to free leaked connections`,
        preconditions: ['The data service itself answers in time'],
        undo: 'None needed',
      },
      edit('patch-env', 'R2', `Raise the pool size of ${formatSubject(group.subject)}`),
    ],
  });
}

function ofWorkers(snapshot: Snapshot, group: Group): Finding {
  const [hit] = group.entries;
  const use = busyWorkers(snapshot, group.subject);
  const change = suspectChange(snapshot, group.subject, /env|args|command|data/, hit.since);
  const said = quote(citeHit(hit), hit.match.text);
  return logFinding(group, {
    code: WORKERS,
    category: 'pool-exhausted',
    // A rollout that brought it is the answer, not a neighbour of it.
    layer: change ? 'change' : 'saturation',
    strength: change || use ? 0.93 : 0.86,
    says: `${formatSubject(group.subject)} has no free worker${said === '' ? '' : `: ${said}`}${use?.words ?? ''}`,
    evidence: [...(use?.evidence ?? []), ...(change ? [change.evidence] : [])],
    ...(change ? { change: change.change.id } : {}),
    remediation: workerRemedies(group.subject),
  });
}

/** A pool made smaller, requests that wait since, and a CPU that has less to do: told without a word of the program. */
function ofShrunk({ subject, change, field, slow, cpu }: ShrunkPool): Finding {
  return {
    code: WORKERS,
    subject,
    category: 'pool-exhausted',
    role: 'cause',
    layer: 'change',
    strength: 0.86,
    statement: `${formatSubject(subject)} has too few workers: a rollout set \`${field.path}\` from \`${field.before}\` to \`${field.after}\`, and its ${wordsOf(slow)} ${sinceWords(slow)}${cpu ? ' without more CPU use' : ''}`,
    evidence: [citeChange(change), citeShift(slow), ...(cpu ? [citeSignal(cpu)] : [])],
    change: change.id,
    since: slow.onset,
    remediation: workerRemedies(subject),
  };
}

function workerRemedies(subject: Subject): NonNullable<Finding['remediation']> {
  return [edit('patch-env', 'R2', `Give ${formatSubject(subject)} more workers, or let it turn requests away sooner`)];
}
