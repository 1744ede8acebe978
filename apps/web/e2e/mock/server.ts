import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { dirname, extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Diagnosis } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { detailOf, entry, incidentOf, type MockIncident } from './world.ts';

const DIST = join(dirname(fileURLToPath(import.meta.url)), '../../dist');
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};
// As strict as the server's own, so that what it would forbid fails here too.
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; base-uri 'none'";

export interface Mock {
  readonly url: string;
  /** Makes an incident appear, as an alert would. */
  readonly appear: () => void;
  /** Breaks every open connection, as a network would. */
  readonly drop: () => void;
  readonly close: () => Promise<void>;
}

interface MockOptions {
  readonly diagnoses: Readonly<Record<string, Diagnosis>>;
  /** How many incidents there are; more than the recordings are copies of them. */
  readonly count?: number;
  readonly port?: number;
}

const ME = {
  kind: 'user',
  id: 'usr_1',
  login: 'hana',
  displayName: 'Hana Kim',
  email: null,
  language: 'en',
  mustChangePassword: false,
  sessionId: 'ses_1',
  bindings: [{ role: 'admin', cluster: '*', namespace: '*' }],
  permissions: ['incidents.read', 'incidents.write', 'users.manage', 'tokens.manage', 'audit.read'],
};

/** An API without a server behind it: enough of it to build and to try the page. */
export async function startMock({ diagnoses, count = 14, port = 0 }: MockOptions): Promise<Mock> {
  const recorded = Object.entries(diagnoses);
  const make = (place: number): MockIncident => {
    const [name, diagnosis] = recorded[place % recorded.length] ?? ['none', undefined];
    if (!diagnosis) throw new TypeError('the mock needs at least one diagnosis');
    const one = incidentOf(place < recorded.length ? name : `${name}_${place}`, diagnosis, place % 14);
    one.item.startedAt = new Date(Date.parse(one.item.startedAt) - Math.floor(place / 14) * 3_600_000).toISOString();
    one.item.number = count - place;
    return one;
  };
  const incidents = Array.from({ length: count }, (_, place) => make(place));
  const streams = new Set<ServerResponse>();
  let signedIn = false;
  let events = 100;

  function tell(id: string): void {
    events += 1;
    for (const stream of streams)
      stream.write(`id: ${events}\ndata: ${JSON.stringify({ id: events, incidentId: id })}\n\n`);
  }

  function list(query: URLSearchParams): unknown {
    const wanted = (name: string) => (query.get(name) ?? '').split(',').filter((part) => part !== '');
    const among = (name: string, values: readonly (string | null)[]) =>
      wanted(name).length === 0 || values.some((value) => wanted(name).includes(value ?? ''));
    const found = incidents.filter(
      ({ item }) =>
        among('status', [item.status]) &&
        among('severity', [item.severity]) &&
        among('cluster', [item.cluster]) &&
        among('namespace', item.namespaces) &&
        among('category', [item.causeCategory]) &&
        among('assignee', [item.assignee === ME.login ? 'me' : item.assignee]) &&
        `${item.title} ${item.cause}`.toLowerCase().includes((query.get('q') ?? '').toLowerCase()),
    );
    const limit = Number(query.get('limit') ?? 50);
    const from = Number(query.get('cursor') ?? 0);
    const items = found.slice(from, from + limit).map((one) => one.item);
    return { items, nextCursor: from + limit < found.length ? String(from + limit) : null };
  }

  function facets(): unknown {
    const count = (values: readonly string[]) =>
      [...Map.groupBy(values, (value) => value)].map(([value, all]) => ({ value, count: all.length }));
    const items = incidents.map((one) => one.item);
    return {
      statuses: count(items.map((item) => item.status)),
      severities: count(items.map((item) => item.severity)),
      clusters: count(items.map((item) => item.cluster)),
      namespaces: count(items.flatMap((item) => item.namespaces)),
      categories: count(items.flatMap((item) => item.causeCategory ?? [])),
      verdicts: count(items.flatMap((item) => item.verdict ?? [])),
      assignees: count(items.flatMap((item) => item.assignee ?? [])),
    };
  }

  function write(one: MockIncident, verb: string, body: Record<string, unknown>): void {
    const { item } = one;
    const now = new Date().toISOString();
    if (verb === 'acknowledge')
      Object.assign(item, { status: 'acknowledged', acknowledgedAt: now, acknowledgedBy: ME.login });
    if (verb === 'resolve')
      Object.assign(item, { status: 'resolved', resolvedAt: now, resolvedBy: ME.login, firingCount: 0 });
    if (verb === 'reopen') Object.assign(item, { status: 'open', resolvedAt: null, reopened: item.reopened + 1 });
    if (verb === 'assign') item.assignee = (body['assignee'] as string | null) ?? null;
    if (verb === 'snooze') item.snoozedUntil = new Date(Date.now() + Number(body['minutes']) * 60_000).toISOString();
    if (verb === 'unsnooze') item.snoozedUntil = null;
    item.version += 1;
    item.updatedAt = now;
    const kind = {
      acknowledge: 'acknowledged',
      resolve: 'resolved',
      reopen: 'reopened',
      assign: 'assigned',
      snooze: 'snoozed',
    }[verb];
    if (kind) one.timeline.unshift(entry(kind, Date.now(), `${verb} by ${ME.login}`, ME.login));
    tell(item.id);
  }

  function feedback(one: MockIncident): unknown {
    return {
      targetKind: 'incident',
      targetId: one.item.id,
      upVotes: one.vote === 'up' ? 1 : 0,
      downVotes: one.vote === 'down' ? 1 : 0,
      myVote: one.vote,
      comments: one.comments,
    };
  }

  function part(
    one: MockIncident,
    [name = '', id = '']: readonly string[],
    request: IncomingMessage,
    body: Record<string, unknown>,
  ): unknown {
    const page = (items: readonly unknown[]) => ({ items, nextCursor: null });
    const evidence = Object.entries(one.revision?.body.evidence ?? {}).map(([evidenceId, held]) => ({
      ...held,
      id: evidenceId,
      subject: held.subject ?? null,
      namespace: held.subject?.namespace ?? null,
      observedAt: held.time ?? null,
      collectedAt: one.item.createdAt,
      withheld: false,
      cited: true,
    }));
    if (name === '') return detailOf(one, incidents);
    if (name === 'alerts') return page(one.alerts);
    if (name === 'evidence')
      return id === '' ? page(evidence) : { ...evidence.find((held) => held.id === id), content: null };
    if (name === 'diagnoses') return id === '' ? page(one.revision ? [one.revision] : []) : one.revision;
    if (name === 'timeline') return page(one.timeline);
    if (name === 'feedback') return feedback(one);
    if (name === 'vote') {
      one.vote = body['vote'] as MockIncident['vote'];
      return feedback(one);
    }
    if (name === 'comments') {
      const now = new Date().toISOString();
      const held = one.comments.find((comment) => comment.id === id);
      if (request.method === 'DELETE') one.comments = one.comments.filter((comment) => comment !== held);
      else if (held) Object.assign(held, { body: body['body'], editedAt: now });
      else {
        const author = { id: ME.id, name: ME.displayName };
        one.comments.push({
          id: `cmt_${one.comments.length}`,
          targetKind: 'incident',
          targetId: one.item.id,
          author,
          body: String(body['body']),
          createdAt: now,
          editedAt: null,
          mine: true,
        });
      }
      tell(one.item.id);
      return one.comments.at(-1) ?? {};
    }
    write(one, name, body);
    return detailOf(one, incidents);
  }

  function answer(request: IncomingMessage, url: URL, body: Record<string, unknown>): unknown {
    const path = url.pathname.replace('/api/v1/', '').split('/').map(decodeURIComponent);
    const page = (items: readonly unknown[]) => ({ items, nextCursor: null });
    const grant = { accessToken: 'mock', expiresIn: 900, mustChangePassword: ME.mustChangePassword };
    switch (path.slice(0, 2).join('/')) {
      case 'auth/login':
        if (body['password'] === 'wrong') return null;
        signedIn = true;
        return grant;
      case 'auth/refresh':
        return signedIn ? grant : null;
      case 'auth/logout':
        signedIn = false;
        return {};
      case 'auth/me':
        if (request.method === 'PATCH') Object.assign(ME, body);
        return ME;
      case 'incidents':
        return list(url.searchParams);
      case 'incidents/facets':
        return facets();
      case 'alerts':
        return page(incidents.flatMap((one) => one.alerts));
      case 'people':
        return page([ME, { id: 'usr_2', login: 'jmin', displayName: 'Jun Min' }]);
      case 'users':
        return page([
          {
            ...ME,
            disabled: false,
            createdAt: new Date().toISOString(),
            updatedAt: new Date().toISOString(),
            version: 1,
            bindings: [{ id: 'b1', role: 'admin', cluster: '*', namespace: '*' }],
          },
        ]);
      case 'tokens':
        return page([]);
      default:
    }
    if (path[0] === 'incidents') {
      const one = incidents.find((incident) => incident.item.id === path[1]);
      return one ? part(one, path.slice(2), request, body) : undefined;
    }
    if (path[0] === 'alerts') {
      const alert = incidents.flatMap((one) => one.alerts).find((held) => held.id === path[1]);
      return (
        alert && {
          ...alert,
          extra: {},
          subjectReason: 'the Pod of the labels and its owner',
          groupKey: null,
          receiver: 'headwater',
          generatorUrl: null,
          flappingSince: null,
          episodeCount: 1,
          episodes: [alert.episode],
        }
      );
    }
    return undefined;
  }

  async function api(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    let text = '';
    for await (const piece of request) text += String(piece);
    const result = answer(request, url, text === '' ? {} : (JSON.parse(text) as Record<string, unknown>));
    const status = result === null ? 401 : result === undefined ? 404 : 200;
    const problem = {
      type: 'about:blank',
      title: status === 401 ? 'Not signed in' : 'Not found',
      status,
      detail: 'mock',
      code: 'x',
      requestId: 'req_mock',
    };
    response.writeHead(status, { 'content-type': status === 200 ? 'application/json' : 'application/problem+json' });
    response.end(JSON.stringify(status === 200 ? result : problem));
  }

  function stream(request: IncomingMessage, response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    response.write(`id: ${events}\n\n`);
    streams.add(response);
    request.on('close', () => streams.delete(response));
  }

  function file(response: ServerResponse, path: string): void {
    const asked = join(DIST, normalize(path));
    const found = existsSync(asked) && statSync(asked).isFile() ? asked : join(DIST, 'index.html');
    response.writeHead(200, {
      'content-type': TYPES[extname(found)] ?? 'application/octet-stream',
      'content-security-policy': POLICY,
    });
    createReadStream(found).pipe(response);
  }

  const server: Server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://mock');
    if (url.pathname === '/api/stream') stream(request, response);
    else if (url.pathname.startsWith('/api/')) void api(request, response, url);
    else file(response, url.pathname);
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const address = server.address();
  let appeared = 0;
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : port}`,
    appear: () => {
      appeared += 1;
      const one = make(0);
      const id = `${one.item.id}_new_${appeared}`;
      const started = new Date().toISOString();
      Object.assign(one.item, { id, number: count + appeared, startedAt: started, createdAt: started });
      incidents.unshift(one);
      tell(id);
    },
    drop: () => server.closeAllConnections(),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
