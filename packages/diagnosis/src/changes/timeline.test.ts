import { type FixtureContent, fixtureInput } from '@headwater/testkit/fixture-snapshot.ts';
import { describe, expect, it } from 'vitest';
import { citeChange } from '../evidence/cite.ts';
import { checkEvidence } from '../checker/claims.ts';
import { buildSnapshot } from '../snapshot/snapshot.ts';

function timeline(content: FixtureContent) {
  return buildSnapshot(fixtureInput(content)).changes;
}

function brief(content: FixtureContent) {
  return timeline(content).all.map(({ source, title, diff }) =>
    [source, title, ...diff.map(({ path, before, after }) => `${path}: ${before ?? '-'} -> ${after ?? '-'}`)].join(
      ' | ',
    ),
  );
}

const OLD = '2026-02-01T00:00:00Z';
const deployment = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: {
    name: 'api',
    namespace: 'shop',
    uid: 'd1',
    creationTimestamp: OLD,
    managedFields: [{ manager: 'kubectl-set', operation: 'Update', time: '2026-03-01T09:50:00Z' }],
  },
  spec: { template: {} },
};

interface Version {
  readonly revision: number;
  readonly created: string;
  readonly env: string;
  readonly extra?: Record<string, string>;
}

function replicaSet(name: string, { revision, created, env, extra = {} }: Version) {
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name,
      namespace: 'shop',
      creationTimestamp: created,
      annotations: { 'deployment.kubernetes.io/revision': String(revision), ...extra },
      ownerReferences: [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'api', uid: 'd1', controller: true }],
    },
    spec: {
      template: {
        metadata: { labels: { app: 'api', 'pod-template-hash': name } },
        spec: {
          containers: [
            { name: 'sidecar', image: 's:1' },
            {
              name: 'api',
              image: 'api:1',
              env: [
                { name: 'PORT', value: env },
                { name: 'DB_PASSWORD', value: `pw-${env}` },
              ],
            },
          ],
        },
      },
    },
  };
}

function configMap(data: Record<string, string>, extra: Record<string, unknown> = {}) {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'flags', namespace: 'shop', uid: 'c1', creationTimestamp: OLD, ...extra },
    data,
  };
}

describe('rollouts', () => {
  it('are the field differences of consecutive ReplicaSets, secrets hidden, the writer named', () => {
    const content = {
      objects: [
        deployment,
        replicaSet('api-2', { revision: 2, created: '2026-03-01T09:50:01Z', env: '81' }),
        replicaSet('api-1', { revision: 1, created: OLD, env: '80' }),
      ],
    };
    expect(brief(content)).toEqual([
      'rollout | Rollout of revision 2' +
        ' | spec.template.spec.containers[name=api].env[name=DB_PASSWORD].value: redacted -> redacted (changed)' +
        ' | spec.template.spec.containers[name=api].env[name=PORT].value: 80 -> 81',
    ]);
    const [change] = timeline(content).all;
    expect(change).toMatchObject({
      actor: 'kubectl-set',
      time: Date.parse('2026-03-01T09:50:01Z'),
      subject: { kind: 'Deployment', name: 'api' },
    });
  });

  it('name the change cause and go by revision, not by age', () => {
    const objects = [
      deployment,
      replicaSet('api-2', {
        revision: 3,
        created: OLD,
        env: '80',
        extra: { 'kubernetes.io/change-cause': 'undo to 1' },
      }),
      replicaSet('api-1', { revision: 2, created: '2026-03-01T09:00:00Z', env: '81' }),
      {
        apiVersion: 'v1',
        kind: 'Event',
        metadata: { name: 'e', namespace: 'shop' },
        involvedObject: { kind: 'Deployment', namespace: 'shop', name: 'api' },
        reason: 'ScalingReplicaSet',
        message: 'Scaled up replica set api-2 from 0 to 1',
        lastTimestamp: '2026-03-01T09:30:00Z',
      },
    ];
    const all = timeline({ objects }).all.filter(({ source }) => source !== 'managed-fields');
    expect(all.map(({ title }) => title)).toEqual(['Rollback to revision 3 (undo to 1)']);
    expect(all[0]?.time).toBe(Date.parse('2026-03-01T09:30:00Z'));
  });

  it('ignore a new hash without a new template', () => {
    expect(
      brief({
        objects: [
          replicaSet('api-2', { revision: 2, created: '2026-03-01T09:00:00Z', env: '80' }),
          replicaSet('api-1', { revision: 1, created: OLD, env: '80' }),
        ],
      }),
    ).toEqual([]);
  });

  it('come from ControllerRevisions for StatefulSets', () => {
    const owner = {
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: { name: 'db', namespace: 'shop', uid: 's1', creationTimestamp: OLD },
      spec: {},
    };
    const revision = (number: number, image: string, created: string) => ({
      apiVersion: 'apps/v1',
      kind: 'ControllerRevision',
      revision: number,
      data: { spec: { template: { spec: { containers: [{ name: 'db', image }] } } } },
      metadata: {
        name: `db-${number}`,
        namespace: 'shop',
        creationTimestamp: created,
        ownerReferences: [{ kind: 'StatefulSet', name: 'db', uid: 's1', controller: true }],
      },
    });
    const content = { objects: [owner, revision(1, 'db:1', OLD), revision(2, 'db:2', '2026-03-01T09:00:00Z')] };
    expect(brief(content)).toEqual([
      'rollout | Rollout of revision 2 | spec.template.spec.containers[name=db].image: db:1 -> db:2',
    ]);
  });
});

describe('journal', () => {
  const state = (observedAt: string, object: unknown, type: 'ADDED' | 'MODIFIED' | 'DELETED' = 'MODIFIED') => ({
    observedAt,
    type,
    object,
  });

  it('shows the changed flag inside a JSON document', () => {
    const doc = (variant: string) =>
      configMap({
        'flags.json': JSON.stringify(
          { flags: { failPayment: { state: 'ENABLED', defaultVariant: variant } } },
          null,
          2,
        ),
      });
    const journal = [state('2026-03-01T08:00:00Z', doc('off'), 'ADDED'), state('2026-03-01T09:55:00Z', doc('on'))];
    expect(brief({ journal })).toEqual([
      "journal | ConfigMap shop/flags was changed | data['flags.json'].flags.failPayment.defaultVariant: off -> on",
    ]);
  });

  it('shows a changed value of YAML under its keys', () => {
    const doc = (port: number) => configMap({ 'app.yaml': `server:\n  host: a\n  tls:\n    port: ${port}\nname: x\n` });
    const journal = [state('2026-03-01T08:00:00Z', doc(80)), state('2026-03-01T09:55:00Z', doc(81))];
    expect(brief({ journal })).toEqual([
      "journal | ConfigMap shop/flags was changed | data['app.yaml'].server.tls.port: 80 -> 81",
    ]);
  });

  it('tells a rollout once, though the revisions of the workload tell it too', () => {
    const version = (value: string) => ({
      ...deployment,
      spec: replicaSet('x', { revision: 1, created: OLD, env: value }).spec,
    });
    const journal = [
      state('2026-03-01T08:00:00Z', version('80'), 'ADDED'),
      state('2026-03-01T09:50:00Z', version('81')),
    ];
    const objects = [
      version('81'),
      replicaSet('api-1', { revision: 1, created: OLD, env: '80' }),
      replicaSet('api-2', { revision: 2, created: '2026-03-01T09:50:01Z', env: '81' }),
    ];
    expect(timeline({ objects, journal }).all.map(({ source, title, actor }) => [source, title, actor])).toEqual([
      ['rollout', 'Deployment shop/api was changed by kubectl-set', 'kubectl-set'],
    ]);
  });

  it('names the GitOps application that wrote and the revision it had synced to', () => {
    const managedFields = [{ manager: 'argocd-controller', operation: 'Apply', time: '2026-03-01T09:54:59Z' }];
    const labels = { 'argocd.argoproj.io/instance': 'shop-prod' };
    const journal = [
      state('2026-03-01T08:00:00Z', configMap({ mode: 'a' }), 'ADDED'),
      state('2026-03-01T09:55:00Z', configMap({ mode: 'b' }, { managedFields, labels })),
    ];
    const application = {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Application',
      metadata: { name: 'shop-prod', namespace: 'argocd', creationTimestamp: OLD },
      status: {
        history: [
          { deployedAt: '2026-02-20T09:00:00Z', revision: '0ld' },
          { deployedAt: '2026-03-01T09:55:01Z', revision: 'a1b2c3' },
        ],
      },
    };
    const change = timeline({ objects: [application], journal }).all.find(({ source }) => source === 'journal');
    expect(change).toMatchObject({
      title: 'ConfigMap shop/flags was changed by Argo CD application shop-prod at revision a1b2c3',
      actor: 'Argo CD application shop-prod',
      actorSubject: { kind: 'Application', name: 'shop-prod' },
      time: Date.parse('2026-03-01T09:54:59Z'),
    });
  });

  /** As the server's own journal tells it: complete, with what is known of the times. */
  function kept(content: FixtureContent, after: readonly (string | undefined)[] = []) {
    const input = fixtureInput(content);
    const journal = input.journal.map((entry, place) => {
      const from = after[place];
      return { ...entry, complete: true, ...(from === undefined ? {} : { after: Date.parse(from) }) };
    });
    return buildSnapshot({ ...input, journal }).changes.all;
  }

  it('says between when, where nobody watched and nobody signed', () => {
    const journal = [
      state('2026-03-01T08:00:00Z', configMap({ mode: 'a' })),
      state('2026-03-01T09:55:00Z', configMap({ mode: 'b' })),
      state('2026-03-01T09:56:00Z', configMap({ mode: 'b' }), 'DELETED'),
    ];
    expect(kept({ journal }, [undefined, '2026-03-01T09:30:00Z', '2026-03-01T09:55:30Z'])).toMatchObject([
      {
        title: 'ConfigMap shop/flags was changed between 2026-03-01T09:30:00Z and 2026-03-01T09:55:00Z',
        time: Date.parse('2026-03-01T09:30:00Z'),
        until: Date.parse('2026-03-01T09:55:00Z'),
      },
      { title: 'ConfigMap shop/flags was deleted between 2026-03-01T09:55:30Z and 2026-03-01T09:56:00Z' },
    ]);
  });

  it('takes a complete journal at its word, and not the object as it looks now', () => {
    const journal = [state('2026-03-01T08:00:00Z', configMap({ token: '<redacted>' }), 'ADDED')];
    expect(kept({ objects: [configMap({ token: 'plain' })], journal })).toEqual([]);
  });

  it('never shows a value of a Secret', () => {
    const secret = (value: string) => ({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 's', namespace: 'shop', creationTimestamp: OLD },
      data: { user: value },
    });
    const lines = brief({
      journal: [state('2026-03-01T08:00:00Z', secret('aaa')), state('2026-03-01T09:00:00Z', secret('bbb'))],
    });
    expect(lines).toEqual(['journal | Secret shop/s was changed | data.user: redacted -> redacted (changed)']);
  });

  it('tells appearance from the first listing, and deletion', () => {
    const policy = (created: string) => ({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'deny', namespace: 'shop', creationTimestamp: created },
      spec: {},
    });
    expect(brief({ journal: [state('2026-03-01T09:00:00Z', policy(OLD), 'ADDED')] })).toEqual([]);
    const journal = [
      state('2026-03-01T09:00:05Z', policy('2026-03-01T09:00:00Z'), 'ADDED'),
      state('2026-03-01T09:10:00Z', policy('2026-03-01T09:00:00Z'), 'DELETED'),
    ];
    expect(brief({ journal })).toEqual([
      'journal | NetworkPolicy shop/deny was created',
      'journal | NetworkPolicy shop/deny was deleted',
    ]);
  });

  it('compares its last state with the object as it is, at the time of the writer', () => {
    const now = configMap(
      { a: '2' },
      { managedFields: [{ manager: 'kubectl-edit', operation: 'Update', time: '2026-03-01T09:58:00Z' }] },
    );
    const [change, ...more] = timeline({
      objects: [now],
      journal: [state('2026-03-01T08:00:00Z', configMap({ a: '1' }))],
    }).all;
    expect(more).toEqual([]);
    expect(change).toMatchObject({
      source: 'journal',
      actor: 'kubectl-edit',
      time: Date.parse('2026-03-01T09:58:00Z'),
      diff: [{ path: 'data.a', before: '1', after: '2' }],
    });
  });

  it('sees a node turn and skips Leases and what controllers own', () => {
    const node = (ready: string) => ({
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name: 'n', creationTimestamp: OLD },
      status: { conditions: [{ type: 'Ready', status: ready }] },
    });
    const lease = (time: string) => ({
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name: 'l', namespace: 'k' },
      spec: { renewTime: time },
    });
    const journal = [
      state('2026-03-01T08:00:00Z', node('True')),
      state('2026-03-01T09:00:00Z', node('Unknown')),
      state('2026-03-01T08:00:00Z', lease('1')),
      state('2026-03-01T09:00:00Z', lease('2')),
    ];
    expect(brief({ journal })).toEqual(['journal | Node n was changed | conditions.Ready: True -> Unknown']);
  });
});

describe('edits, creations, events and reports', () => {
  const fields = { 'f:data': { 'f:mode': {} } };

  it('names who edited an object and when, but not controllers, status writes or the installation', () => {
    const written = (manager: string, time: string, subresource?: string) => [
      { manager, operation: 'Update', time, fieldsV1: fields, ...(subresource ? { subresource } : {}) },
    ];
    const edited = (managedFields: unknown) => brief({ objects: [configMap({ mode: 'x' }, { managedFields })] });
    expect(edited(written('kubectl-edit', '2026-03-01T09:00:00Z'))).toEqual([
      'managed-fields | Edited by kubectl-edit: data.mode',
    ]);
    expect(edited(written('kube-controller-manager', '2026-03-01T09:00:00Z'))).toEqual([]);
    expect(edited(written('operator', '2026-03-01T09:00:00Z', 'status'))).toEqual([]);
    expect(edited(written('helm', '2026-02-01T00:00:10Z'))).toEqual([]);
  });

  it('names objects created inside the window, not those of the installation', () => {
    const namespace = (created: string) => ({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: 'shop', creationTimestamp: created },
    });
    const policy = {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'deny', namespace: 'shop', creationTimestamp: '2026-03-01T09:30:00Z' },
    };
    expect(brief({ objects: [namespace(OLD), policy] })).toEqual(['created | Created']);
    expect(
      brief({ objects: [namespace('2026-03-01T09:29:00Z'), policy] }).filter((line) => line.startsWith('created')),
    ).toEqual([]);
  });

  it('takes acts from events, effects not', () => {
    const event = (reason: string, kind: string) => ({
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: reason, namespace: 'default' },
      involvedObject: { kind, name: 'x' },
      reason,
      message: 'm',
      lastTimestamp: '2026-03-01T09:00:00Z',
    });
    expect(
      brief({ objects: [event('NodeNotReady', 'Node'), event('Killing', 'Pod'), event('BackOff', 'Pod')] }),
    ).toEqual(['event | NodeNotReady: m']);
  });

  it('takes reported changes with their differences, none after the clock', () => {
    const changes = [
      {
        time: '2026-03-01T09:00:00Z',
        kind: 'flag',
        title: 'checkout-v2 on',
        source: 'flags',
        diff: { 'checkout-v2': { from: false, to: true } },
      },
      { time: '2026-03-01T10:30:00Z', kind: 'flag', title: 'later' },
    ];
    expect(brief({ changes })).toEqual(['external | checkout-v2 on (flag, flags) | checkout-v2: false -> true']);
  });
});

describe('releases', () => {
  it('come from what Argo CD and Helm record', () => {
    const application = {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Application',
      metadata: { name: 'shop', namespace: 'argocd', creationTimestamp: OLD },
      status: { history: [{ deployedAt: '2026-03-01T09:20:00Z', revision: '9f3c2' }] },
    };
    const secret = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'sh.helm.release.v1.api.v7', namespace: 'shop', creationTimestamp: '2026-03-01T09:30:00Z' },
    };
    expect(brief({ objects: [application, secret] })).toEqual([
      'external | Synced to 9f3c2',
      'external | Helm release api, revision 7',
    ]);
  });
});

describe('the index', () => {
  const content = {
    objects: [
      deployment,
      replicaSet('api-2', { revision: 2, created: '2026-03-01T09:50:01Z', env: '81' }),
      replicaSet('api-1', { revision: 1, created: OLD, env: '80' }),
    ],
  };

  it('finds by subject, by time and by id, and the citation reads again', () => {
    const snapshot = buildSnapshot(fixtureInput(content));
    const subject = { kind: 'Deployment', namespace: 'shop', name: 'api' };
    const [change] = snapshot.changes.of(subject);
    expect(change && snapshot.changes.get(change.id)).toBe(change);
    expect(snapshot.changes.lastBefore(subject, Date.parse('2026-03-01T09:49:00Z'))).toBeUndefined();
    expect(snapshot.changes.lastBefore(subject, Date.parse('2026-03-01T09:51:00Z'))).toBe(change);
    expect(change && checkEvidence(snapshot, citeChange(change))).toBeNull();
  });

  it('gives an owner the changes of what it owns', () => {
    const journal = [
      {
        observedAt: '2026-03-01T08:00:00Z',
        type: 'MODIFIED' as const,
        object: {
          apiVersion: 'v1',
          kind: 'ConfigMap',
          metadata: { name: 'c', namespace: 'shop', ownerReferences: [{ kind: 'Deployment', name: 'api', uid: 'd1' }] },
          data: { a: '1' },
        },
      },
      {
        observedAt: '2026-03-01T09:00:00Z',
        type: 'MODIFIED' as const,
        object: {
          apiVersion: 'v1',
          kind: 'ConfigMap',
          metadata: { name: 'c', namespace: 'shop', ownerReferences: [{ kind: 'Deployment', name: 'api', uid: 'd1' }] },
          data: { a: '2' },
        },
      },
    ];
    const objects = [...content.objects, journal[1]?.object];
    const changes = timeline({ objects, journal }).of({ kind: 'Deployment', namespace: 'shop', name: 'api' });
    expect(changes.map(({ source }) => source)).toEqual(['journal', 'rollout']);
  });

  it('does not depend on the order of its input', () => {
    expect(timeline({ objects: [...content.objects].reverse() }).all).toEqual(timeline(content).all);
  });
});
