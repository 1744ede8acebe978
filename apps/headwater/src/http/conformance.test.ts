import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { InjectOptions } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RoleBinding } from '@headwater/core/access/actor.ts';
import { suggestedActions } from '@headwater/engine/propose/propose-remediation.ts';
import { useDatabase } from '@headwater/testkit/postgres/database.ts';
import {
  CLUSTER,
  recordingPath,
  replayCluster,
  type ReplayedCluster,
  startWorld,
  type World,
} from '../regression/test-world.ts';
import { OWN_PAGE, PASSWORD, testApp, type TestApp } from '../security/test-app.ts';
import { openApiDocument } from './openapi.ts';
import type { Route } from './route.ts';
import { ROUTES } from './routes.ts';

interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly { readonly in: string; readonly name: string }[];
  readonly responses: Readonly<
    Record<string, { readonly $ref?: string; readonly content?: Readonly<Record<string, object>> }>
  >;
}

const document = openApiDocument(ROUTES, { version: 'test' }) as {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
};

// They never end; stream.test.ts reads them.
const STREAMS = new Set(['streamEvents', 'streamEventsV1', 'streamEventsOverWebSocket']);

interface Call {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** The status expected; without it any documented success. */
  readonly status?: number;
}

describe('the API document', () => {
  it('resolves every reference it makes', () => {
    const text = JSON.stringify(document);
    for (const [, pointer = ''] of text.matchAll(/"\$ref":"#([^"]+)"/g)) {
      const found = pointer
        .split('/')
        .slice(1)
        .reduce<unknown>(
          (at, key) => (at as Record<string, unknown> | undefined)?.[key.replaceAll('~1', '/')],
          document,
        );
      expect(found, pointer).toBeDefined();
    }
  });

  it('declares every parameter that stands in an address, and no other', () => {
    for (const [path, operations] of Object.entries(document.paths)) {
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      for (const { operationId, parameters = [] } of Object.values(operations)) {
        const declared = parameters.filter((one) => one.in === 'path').map(({ name }) => name);
        expect(new Set(declared), operationId).toEqual(new Set(inPath));
      }
    }
  });

  it('names every operation once, and no address twice', () => {
    const ids = ROUTES.map(({ operationId }) => operationId);
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
    const addresses = ROUTES.map(({ method, url }) => `${method} ${url.replaceAll(/:\w+/g, ':')}`);
    expect(addresses.filter((one, index) => addresses.indexOf(one) !== index)).toEqual([]);
  });

  it('describes every JSON answer by a schema that says something', () => {
    for (const { operationId, responses } of Object.values(document.paths).flatMap((path) => Object.values(path)))
      for (const [status, { content }] of Object.entries(responses)) {
        const schema = content?.['application/json'];
        if (schema && 'schema' in schema)
          expect(Object.keys(schema.schema as object).length, `${operationId} ${status}`).toBeGreaterThan(0);
      }
  });
});

describe('every answer is what the API document says', () => {
  const database = useDatabase('18');
  const walked = new Set<string>();
  let cluster: ReplayedCluster;
  let world: World;
  let test: TestApp;
  let admin: { readonly authorization: string };

  beforeAll(async () => {
    cluster = await replayCluster(recordingPath('rollout-stuck'));
    world = startWorld({ database: database(), clusters: [cluster.config] });
    test = await testApp({ store: database().store, auth: { allowSignup: true } });
    test.clock.now = Date.now();
    // Both are off unless a person switches them on.
    Object.assign(test.settings.intake as object, { testData: true });
    const everywhere: RoleBinding = { role: 'admin', cluster: '*', namespace: '*' };
    admin = await test.program(everywhere);
  }, 60_000);

  afterAll(async () => {
    await world.stop(0);
    await cluster.stop();
  });

  async function call<T = Record<string, never>>(operationId: string, options: Call = {}): Promise<T> {
    const route = ROUTES.find((one) => one.operationId === operationId);
    if (!route) throw new Error(`no route ${operationId}`);
    walked.add(operationId);
    const path = route.url.replaceAll(/:(\w+)/g, (_, name: string) => encodeURIComponent(options.params?.[name] ?? ''));
    const answer = await test.app.inject({
      method: route.method,
      url: path,
      ...(options.query && { query: options.query }),
      headers: { ...admin, ...options.headers },
      ...(options.body !== undefined && { payload: options.body as InjectOptions['payload'] & object }),
    });
    const described = describedAnswer(route, answer.statusCode);
    if (options.status === undefined)
      expect.soft(answer.statusCode, `${operationId}: ${answer.body}`).toBeLessThan(300);
    else expect.soft(answer.statusCode, `${operationId}: ${answer.body}`).toBe(options.status);
    expect.soft(described, `${operationId} answers ${answer.statusCode}, which nobody documented`).toBeDefined();
    const type = (answer.headers['content-type'] ?? '').split(';')[0] ?? '';
    const types = Object.keys(described?.content ?? {});
    if (answer.body !== '' && types.length > 0) expect.soft(types).toContain(type);
    const validate = validatorOf(route, answer.statusCode, type);
    const body: unknown = /^application\/(json|problem\+json)$/.test(type) ? answer.json() : answer.body;
    if (validate) expect.soft(validate(body) ? [] : validate.errors, `${operationId}: ${answer.body}`).toEqual([]);
    return body as T;
  }

  it('from the first alert to the last comment', async () => {
    for (const id of ['getRoot', 'ping', 'getHealth', 'getApiHealth', 'getReadiness', 'getApiReadiness', 'getVersion'])
      await call(id);
    for (const id of ['getRuntime', 'getMetrics', 'getPrometheusMetrics', 'getMetricsReport']) await call(id);
    for (const id of ['getOpenApiJson', 'getOpenApiYaml', 'getAuthConfig', 'getMe']) await call(id);

    await world.deliver(cluster.alerts);
    const [diagnosis] = await world.diagnosed();
    if (!diagnosis) throw new Error('nothing was diagnosed');
    test.clock.now = Date.now();

    await walkIntake();
    await walkIncident(diagnosis.incidentId);
    await walkAlert(diagnosis.incidentId);
    await walkRemediations(diagnosis);
    await walkRegrouping(diagnosis.incidentId);
    await walkPeople();
    await walkTheRest(diagnosis.incidentId);
  }, 120_000);

  it('and no operation was left out', () => {
    expect(ROUTES.map(({ operationId }) => operationId).filter((id) => !walked.has(id) && !STREAMS.has(id))).toEqual(
      [],
    );
  });

  async function walkIntake(): Promise<void> {
    const body = webhook('PodDown', 'shop');
    await call('receiveAlertmanager', { body });
    await call('receiveAlertmanagerBelowApi', { body });
    await call('receivePrometheus', { body: webhook('QueueFull', 'bank').alerts });
    await call('sendPrometheusSignals', { body });
    const involvedObject = { kind: 'Pod', namespace: 'shop', name: 'web-1' };
    const event = {
      type: 'Warning',
      reason: 'BackOff',
      message: 'restarting',
      involvedObject,
      metadata: { namespace: 'shop' },
    };
    await call('sendKubernetesEvent', { body: { ...event, lastTimestamp: new Date().toISOString() } });
    await call('sendMappedSignals', { params: { mapping: 'none' }, body: {}, status: 404 });
    await call('sendTestAlert', { body: { title: 'a test' } });
    await call('receiveAlertmanager', { body: { alerts: 'none' }, status: 400 });
  }

  async function walkIncident(id: string): Promise<void> {
    const params = { id };
    await call('listIncidents', { query: { sort: 'severity', limit: '1' } });
    await call('getIncidentFacets');
    await call('getIncident', { params });
    await call('getIncident', { params: { id: 'inc_unknown' }, status: 404 });
    for (const operation of ['listIncidentAlerts', 'getIncidentTimeline', 'listSimilarIncidents', 'listDiagnoses'])
      await call(operation, { params });
    const evidence = await call<{ items: { id: string }[] }>('listIncidentEvidence', { params });
    expect(evidence.items.length).toBeGreaterThan(0);
    await call('getIncidentEvidence', { params: { id, evidenceId: evidence.items[0]?.id ?? '' } });
    await call('getLatestDiagnosis', { params });
    await call('getDiagnosis', { params: { id, revision: '1' } });
    await call('requestDiagnosis', { params });
    await call('putIncident', { params, body: { title: 'Checkout fails', severity: 'critical' } });
    await call('patchIncident', { params, body: { analysisSummary: 'A summary' } });
    await call('putIncident', {
      params,
      body: { title: 'x', severity: 'info' },
      headers: { 'if-match': '"1"' },
      status: 412,
    });
    await call('acknowledgeIncident', { params, body: {} });
    await call('unacknowledgeIncident', { params, body: {} });
    await call('snoozeIncident', { params, body: { minutes: 5 } });
    await call('unsnoozeIncident', { params, body: {} });
    await call('assignIncident', { params, body: { assignee: null } });
    await call('resolveIncident', { params, body: { reason: 'done' } });
    await call('reopenIncident', { params, body: {} });
    await call('patchIncident', { params });
    await call('listHiddenIncidents');
    await call('unhideIncident', { params });
    await walkFeedback({ id }, 'Incident');
  }

  async function walkFeedback(params: { readonly id: string }, target: 'Incident' | 'Alert'): Promise<void> {
    const comment = await call<{ id: string }>(`add${target}Comment`, { params, body: { body: 'seen' } });
    const one = { ...params, commentId: comment.id };
    await call(`edit${target}Comment`, { params: one, body: { body: 'seen twice' } });
    await call(`list${target}Comments`, { params });
    await call(`voteOn${target}`, { params, body: { vote: 'up' } });
    await call(`get${target}Feedback`, { params });
    await call(`delete${target}Comment`, { params: one });
  }

  async function walkAlert(incidentId: string): Promise<void> {
    const { items } = await call<{ items: { id: string }[] }>('listAlerts', { query: { incident: incidentId } });
    const params = { id: items[0]?.id ?? '' };
    await call('getAlert', { params });
    await walkFeedback(params, 'Alert');
    await call('resolveAlert', { params });
    await call('bulkResolveAlerts', { body: { alertIds: [params.id, 'alr_unknown'] } });
  }

  async function walkRemediations({
    incidentId,
    body,
  }: {
    incidentId: string;
    body: Parameters<typeof suggestedActions>[0];
  }): Promise<void> {
    const [suggested] = suggestedActions(body, cluster.config.name);
    if (!suggested) throw new Error('the diagnosis suggests nothing; choose another recording');
    const params = { id: incidentId };
    const other = await test.program({ role: 'admin', cluster: '*', namespace: '*' });
    const refused = await call<{ id: string }>('proposeRemediation', { params, body: suggested });
    await call('proposeRemediation', { params, body: suggested, status: 409 });
    await call('rejectRemediation', { params: { id: refused.id }, body: { reason: 'no' }, headers: other });
    const made = await call<{ id: string; planHash: string }>('proposeRemediation', { params, body: suggested });
    await call('listRemediations', { params });
    const approval = { params: { id: made.id }, body: { planHash: made.planHash } };
    await call('approveRemediation', { ...approval, status: 409 });
    await call('approveRemediation', { ...approval, headers: other });
    // No cluster may be written to here.
    await call('executeRemediation', { params: { id: made.id }, status: 412 });
  }

  async function walkRegrouping(incidentId: string): Promise<void> {
    const others = async () => {
      const list = await call<{ items: { id: string }[] }>('listIncidents', { query: { cluster: CLUSTER } });
      return list.items.filter(({ id }) => id !== incidentId);
    };
    await expect.poll(async () => (await others()).length, { timeout: 10_000 }).toBeGreaterThan(0);
    const [other] = await others();
    const merged = { params: { id: incidentId }, body: { incidentIds: [other?.id] } };
    await call('mergeIncidents', merged);
    await call('unmergeIncident', { params: { id: incidentId }, body: { incidentId: other?.id } });
    await call('mergeIncidents', merged);
    const alerts = await call<{ items: { id: string }[] }>('listIncidentAlerts', { params: { id: incidentId } });
    const params = { id: incidentId };
    const split = await call<{ id: string }>('splitIncident', { params, body: { alertIds: [alerts.items[0]?.id] } });
    await call('moveAlert', { params: { id: alerts.items[0]?.id ?? '' }, body: { incidentId }, ...(split && {}) });
  }

  async function walkPeople(): Promise<void> {
    const created = await call<{ user: { id: string } }>('createUser', {
      body: { login: 'kim', password: PASSWORD, mustChangePassword: false },
    });
    const params = { id: created.user.id };
    await call('createUser', { body: { login: 'kim', password: PASSWORD }, status: 409 });
    await call('getUser', { params });
    await call('editUser', { params, body: { displayName: 'Kim' } });
    const bound = await call<{ bindings: { id: string }[] }>('bindRole', { params, body: { role: 'viewer' } });
    await call('unbindRole', { params: { ...params, bindingId: bound.bindings[0]?.id ?? '' } });
    for (const operation of ['listUsers', 'listPeople', 'listTokens', 'listAudit', 'exportAudit'])
      await call(operation);
    const token = await call<{ token: { id: string } }>('createToken', {
      body: { name: 'ci', bindings: [{ role: 'viewer' }] },
    });
    await call('revokeToken', { params: { id: token.token.id } });

    await call('signIn', { body: { login: 'kim', password: 'wrong wrong wrong' }, status: 401 });
    await call('signIn', { body: { login: 'kim', password: PASSWORD } });
    const session = await test.signIn('kim');
    const headers = { authorization: session.authorization };
    await call('editMe', { headers, body: { displayName: 'Kim K' } });
    await call('editMyLanguage', { headers, body: { language: 'ko' } });
    await call('createStreamTicket', { headers: admin });
    const sessions = await call<{ items: { id: string }[] }>('listSessions', { headers });
    await call('changePassword', { headers, body: { currentPassword: PASSWORD, newPassword: `${PASSWORD} too` } });
    await call('revokeSession', { headers, params: { id: sessions.items[0]?.id ?? '' } });
    const again = await test.signIn('kim', `${PASSWORD} too`);
    await call('refreshSession', { headers: { ...OWN_PAGE, cookie: again.cookie } });
    await call('signOut', { headers: { ...OWN_PAGE, cookie: again.cookie } });
    await call('resetPassword', { params });
    await call('register', { body: { login: 'new-one', password: PASSWORD } });
  }

  async function walkTheRest(incidentId: string): Promise<void> {
    const endsAt = new Date(test.clock.now + 3_600_000).toISOString();
    const matchers = [{ label: 'namespace', value: 'shop' }];
    const made = await call<{ id: string }>('createMaintenance', { body: { matchers, endsAt, comment: 'upgrade' } });
    await call('listMaintenances');
    await call('listChanges', { query: { act: 'changed', limit: '5' } });
    await call('endMaintenance', { params: { id: made.id } });
    const answered = await call<{ conversationId: string }>('askAboutIncident', {
      body: { incidentId, message: 'why?' },
    });
    await call('readConversation', { params: { id: answered.conversationId } });
    await call('createEmbedding', { body: { incidentId, incidentSummary: 'a rollout is stuck' } });
    await call('searchEmbeddings', { body: { query: 'rollout' } });
    const alert = { labels: { alertname: 'A', namespace: 'shop' } };
    // The thread that would answer does not run here.
    await call('analyzeAlert', { body: { alert }, status: 503 });
    const alerts = [
      { alert_name: 'A', severity: 'warning', status: 'resolved', analysis_summary: 's', analysis_detail: 'd' },
    ];
    await call('summarizeIncident', { body: { incident_id: incidentId, title: 'x', severity: 'warning', alerts } });
  }
});

function webhook(alertname: string, namespace: string) {
  const labels = { alertname, namespace, severity: 'warning', cluster: CLUSTER };
  const times = { startsAt: new Date().toISOString(), endsAt: '0001-01-01T00:00:00Z' };
  const alerts = [
    { status: 'firing', labels, annotations: {}, ...times, generatorURL: '', fingerprint: '0123456789abcdef' },
  ];
  const groups = {
    groupKey: `{}:{alertname="${alertname}"}`,
    groupLabels: { alertname },
    commonLabels: labels,
    commonAnnotations: {},
  };
  return { version: '4', truncatedAlerts: 0, status: 'firing', receiver: 'hw', externalURL: '', ...groups, alerts };
}

const ajv = addFormats.default(new Ajv2020({ strict: false, allErrors: true })).addSchema(document, 'document');
const validators = new Map<string, ValidateFunction>();

function describedAnswer(route: Route, status: number): Operation['responses'][string] | undefined {
  const operation = document.paths[pathOf(route)]?.[route.method.toLowerCase()];
  // An alias is described where its other address is.
  if (!operation) return route.hidden ? {} : undefined;
  const found = operation.responses[status] ?? operation.responses['default'];
  return found?.$ref ? { content: { 'application/problem+json': {} } } : found;
}

function validatorOf(route: Route, status: number, type: string): ValidateFunction | undefined {
  const described = describedAnswer(route, status);
  if (type === 'application/problem+json') return compiled('document#/components/schemas/Problem');
  if (!described?.content?.[type] || !('schema' in described.content[type])) return undefined;
  const path = [
    'paths',
    pathOf(route),
    route.method.toLowerCase(),
    'responses',
    String(status),
    'content',
    type,
    'schema',
  ];
  return compiled(
    `document#/${path.map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/')}`,
  );
}

function compiled(reference: string): ValidateFunction {
  const known = validators.get(reference) ?? ajv.compile({ $ref: reference });
  validators.set(reference, known);
  return known;
}

function pathOf({ url }: Route): string {
  return url.replaceAll(/:(\w+)/g, '{$1}');
}
