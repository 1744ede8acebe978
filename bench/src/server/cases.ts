import type { Case } from './measure-lists.ts';
import type { SeedSize } from './seed-lists.ts';

export interface Names {
  readonly size: SeedSize;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly people: { readonly admin: string; readonly scoped: string };
}

function idOf(number: number): string {
  return `inc_${String(number).padStart(26, '0')}`;
}

const INCIDENTS: Readonly<Record<string, string>> = {
  'newest first': '',
  unresolved: 'status=open,acknowledged',
  'unresolved, gravest first': 'status=open,acknowledged&sort=severity',
  'last updated first': 'sort=updatedAt',
  'gravest first': 'sort=severity',
  'resolved, last updated first': 'status=resolved&sort=updatedAt',
  'a page of 200': 'limit=200',
  'one severity': 'severity=info',
  'a severity nothing has': 'severity=unknown',
  'one cluster': 'cluster=cluster-2',
  'a common namespace, gravest first': 'namespace=team-0&sort=severity',
  'a rare namespace': 'namespace=team-59',
  'a namespace nothing has': 'namespace=nothing',
  'one category': 'category=dns-failing',
  'one assignee': 'assignee=user-2',
  unassigned: 'assignee=none',
  'a verdict nothing has': 'verdict=ambiguous',
  'one day': 'from=FROM&to=TO',
  'text that all have': 'q=service',
  'text that few have': 'q=service-399%20pipeline-3',
  'text that none has': 'q=zeppelin',
  'text with an excluded word': 'q=service%20-limit',
  'several filters': 'assignee=user-2&category=oom-killed&severity=critical,high&q=revision',
  hidden: 'hidden=true',
};

const ALERTS: Readonly<Record<string, string>> = {
  'newest first': '',
  'first seen last': 'sort=firstSeen',
  firing: 'status=firing',
  'firing of one name': 'status=firing&name=TargetDown',
  resolved: 'status=resolved',
  'one severity': 'severity=info',
  'a rare namespace': 'namespace=team-59',
  'a label': 'label=job%3Dkube-state-metrics',
  'a label nothing has': 'label=job%3Dnothing',
  'text that all have': 'q=restarts',
  'text that few have': 'q=service-7%20TargetDown',
  'text that none has': 'q=zeppelin',
};

/** Every list a person can ask for. */
export function listCases({ size, now, people: { admin, scoped } }: Names): readonly Case[] {
  const month = new Date(now - 60 * 86_400_000);
  const filled = (query: string): string =>
    query.replace('FROM', month.toISOString()).replace('TO', new Date(month.getTime() + 86_400_000).toISOString());
  const gets = (root: string, path: string, queries: Readonly<Record<string, string>>): Case[] =>
    Object.entries(queries).map(([name, query]) => ({
      name: `${root}: ${name}`,
      path: `${path}?${filled(query)}`,
      authorization: admin,
    }));
  const middle = idOf(Math.round(size.incidents / 2));
  const deep = cursorOf({ sort: 'startedAt', key: month.getTime(), startedAt: month.getTime(), id: 'inc_' });
  return [
    ...gets('incidents', '/api/v1/incidents', INCIDENTS),
    { name: 'incidents: newest first, two namespaces may be seen', path: '/api/v1/incidents', authorization: scoped },
    {
      name: 'incidents: unresolved, two namespaces may be seen',
      path: '/api/v1/incidents?status=open',
      authorization: scoped,
    },
    { name: 'incidents: a page far down', path: `/api/v1/incidents?cursor=${deep}`, authorization: admin },
    { name: 'incidents: values to filter by', path: '/api/v1/incidents/facets', authorization: admin },
    {
      name: 'one incident',
      path: (index) => `/api/v1/incidents/${idOf(1 + ((index * 997) % size.incidents))}`,
      authorization: admin,
    },
    { name: 'alerts of one incident', path: `/api/v1/incidents/${middle}/alerts`, authorization: admin },
    {
      name: `alerts of one incident with ${size.largest}`,
      path: `/api/v1/incidents/${idOf(size.incidents)}/alerts`,
      authorization: admin,
    },
    { name: 'timeline of one incident', path: `/api/v1/incidents/${middle}/timeline`, authorization: admin },
    {
      name: 'similar incidents',
      path: (index) => `/api/v1/incidents/${idOf(1 + ((index * 911) % size.incidents))}/similar`,
      authorization: admin,
    },
    ...gets('alerts', '/api/v1/alerts', ALERTS),
    { name: 'alerts: two namespaces may be seen', path: '/api/v1/alerts', authorization: scoped },
    {
      name: 'alerts: a page far down',
      path: `/api/v1/alerts?cursor=${cursorOf({ sort: 'newest', key: month.getTime(), id: 'alr_' })}`,
      authorization: admin,
    },
  ];
}

/** What people do to incidents; each request changes another one. */
export function changeCases({ size, people: { admin } }: Names): readonly Case[] {
  const post = (verb: string, body: unknown, first: number): Case => ({
    name: `change: ${verb}`,
    method: 'POST',
    // Every third is acknowledged from the start; these are open.
    path: (index) => `/api/v1/incidents/${idOf(openFrom(size, first + index))}/${verb}`,
    ...(body !== undefined && { body }),
    authorization: admin,
  });
  return [
    post('acknowledge', undefined, 1),
    post('assign', { assignee: 'admin' }, 1),
    post('snooze', { minutes: 60 }, 1),
    post('comments', { body: 'looking into it' }, 1),
    post('vote', { vote: 'up' }, 1),
    post('resolve', { reason: 'fixed' }, 1),
    post('reopen', undefined, 1),
  ];
}

/** The number of the n-th open incident, counted back from the newest; every hundredth is hidden, which changes nothing. */
function openFrom({ incidents }: SeedSize, n: number): number {
  let left = n;
  for (let number = incidents; number > incidents - 300; number--) {
    // Merged ones are only pointers.
    if (number % 3 === 2 || number % 200 === 11) continue;
    if (--left === 0) return number;
  }
  return incidents;
}

function cursorOf(position: unknown): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url');
}
