import { fixtureInput } from '@headwater/testkit/fixture-snapshot.ts';
import { describe, expect, it } from 'vitest';
import { indexObjects, type ObjectIndex } from '../snapshot/objects.ts';
import { schedulingView } from './scheduling.ts';

type Fields = Record<string, unknown>;

function node(name: string, fields: { labels?: Fields; spec?: Fields; allocatable?: Fields } = {}): Fields {
  const labels = { 'kubernetes.io/hostname': name, ...fields.labels };
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, labels },
    spec: fields.spec ?? {},
    status: { allocatable: fields.allocatable ?? { cpu: '4', memory: '8Gi', pods: '110' } },
  };
}

function pod(name: string, spec: Fields, more: { labels?: Fields; phase?: string; namespace?: string } = {}): Fields {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: more.namespace ?? 'shop', labels: more.labels ?? {} },
    spec: { containers: [{ name: 'app' }], ...spec },
    status: { phase: more.phase ?? 'Running' },
  };
}

function judge(objects: readonly unknown[], name = 'new'): Record<string, string[]> {
  const index = indexObjects(fixtureInput({ objects }).objects, []);
  const subject = index.get('Pod', 'shop', name);
  if (!subject) throw new Error(`no Pod ${name}`);
  const fits = schedulingView(index).judge(subject);
  return Object.fromEntries(
    fits.map((fit) => [fit.node.metadata.name, fit.reasons.map(({ kind, key }) => `${kind} ${key}`)]),
  );
}

function requests(amounts: Fields): Fields {
  return { containers: [{ name: 'app', resources: { requests: amounts } }] };
}

function affinity(...terms: Fields[]): Fields {
  return {
    affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: terms } } },
  };
}

describe('resources', () => {
  it('subtracts what is placed, and not what has finished', () => {
    const placed = pod('old', { nodeName: 'a', ...requests({ cpu: '3500m' }) });
    const done = pod('done', { nodeName: 'b', ...requests({ cpu: '4' }) }, { phase: 'Succeeded' });
    expect(judge([node('a'), node('b'), placed, done, pod('new', requests({ cpu: '1' }))])).toEqual({
      a: ['resource cpu'],
      b: [],
    });
  });

  it('gives the numbers of a shortage', () => {
    const placed = pod('old', { nodeName: 'a', ...requests({ memory: '6Gi' }) });
    const index = indexObjects(
      fixtureInput({ objects: [node('a'), placed, pod('new', requests({ memory: '3Gi' }))] }).objects,
      [],
    );
    const target = index.get('Pod', 'shop', 'new');
    const [fit] = target ? schedulingView(index).judge(target) : [];
    expect(fit?.reasons).toEqual([
      { kind: 'resource', key: 'memory', requested: 3 * 2 ** 30, free: 2 * 2 ** 30, allocatable: 8 * 2 ** 30 },
    ]);
  });

  it('counts the largest init container, and sidecars together with the rest', () => {
    const init = { name: 'init', resources: { requests: { cpu: '4' } } };
    const sidecar = { name: 'proxy', restartPolicy: 'Always', resources: { requests: { cpu: '1' } } };
    const app = { name: 'app', resources: { requests: { cpu: '3500m' } } };
    expect(judge([node('a'), pod('new', { containers: [app], initContainers: [init] })])).toEqual({ a: [] });
    expect(judge([node('a'), pod('new', { containers: [app], initContainers: [sidecar] })])).toEqual({
      a: ['resource cpu'],
    });
    expect(judge([node('a'), pod('new', { containers: [{ name: 'app' }], initContainers: [sidecar, init] })])).toEqual({
      a: ['resource cpu'],
    });
  });

  it('takes a limit for the request, adds overhead, and misses an extended resource no Node offers', () => {
    expect(
      judge([node('a'), pod('new', { containers: [{ name: 'app', resources: { limits: { cpu: '5' } } }] })]),
    ).toEqual({ a: ['resource cpu'] });
    expect(judge([node('a'), pod('new', { ...requests({ cpu: '3900m' }), overhead: { cpu: '200m' } })])).toEqual({
      a: ['resource cpu'],
    });
    expect(judge([node('a'), pod('new', requests({ 'example.com/gpu': '1' }))])).toEqual({
      a: ['resource example.com/gpu'],
    });
  });

  it('does not drift when many small requests fill a Node exactly', () => {
    const small = Array.from({ length: 39 }, (_, n) => pod(`p${n}`, { nodeName: 'a', ...requests({ cpu: '100m' }) }));
    expect(judge([node('a'), ...small, pod('new', requests({ cpu: '100m' }))])).toEqual({ a: [] });
  });

  it('calls a Node without figures unknown, not full', () => {
    const bare = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'a' } };
    expect(judge([bare, pod('new', requests({ cpu: '64' }))])).toEqual({ a: [] });
  });

  it('counts Pods and host ports', () => {
    const full = node('a', { allocatable: { cpu: '4', pods: '1' } });
    expect(judge([full, pod('old', { nodeName: 'a' }), pod('new', {})])).toEqual({ a: ['pod-count pods'] });
    const port = { containers: [{ name: 'app', ports: [{ containerPort: 80, hostPort: 8080 }] }] };
    expect(judge([node('a'), pod('old', { nodeName: 'a', ...port }), pod('new', port)])).toEqual({
      a: ['host-port 8080/TCP'],
    });
  });
});

describe('node rules', () => {
  it('names the selector labels a Node lacks', () => {
    expect(
      judge([
        node('a', { labels: { disk: 'hdd' } }),
        node('b', { labels: { disk: 'ssd' } }),
        pod('new', { nodeSelector: { disk: 'ssd' } }),
      ]),
    ).toEqual({
      a: ['node-selector disk=ssd'],
      b: [],
    });
  });

  it('knows the host name label of a Node that was read without its labels', () => {
    const bare = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'a' } };
    expect(judge([bare, pod('new', { nodeSelector: { 'kubernetes.io/hostname': 'a' } })])).toEqual({ a: [] });
  });

  it('evaluates affinity terms as alternatives, with Gt and NotIn', () => {
    const terms = [
      { matchExpressions: [{ key: 'cores', operator: 'Gt', values: ['8'] }] },
      {
        matchExpressions: [
          { key: 'zone', operator: 'NotIn', values: ['x'] },
          { key: 'fast', operator: 'Exists' },
        ],
      },
    ];
    const nodes = [
      node('a', { labels: { cores: '16' } }),
      node('b', { labels: { cores: '8', zone: 'x', fast: '' } }),
      node('c', { labels: { fast: '' } }),
    ];
    const text = 'cores gt (8) or zone notin (x),fast';
    expect(judge([...nodes, pod('new', affinity(...terms))])).toEqual({ a: [], b: [`node-affinity ${text}`], c: [] });
    expect(judge([node('a'), pod('new', affinity({}))]).a).toHaveLength(1);
  });

  it('considers only the Node a DaemonSet Pod is made for', () => {
    const field = { matchFields: [{ key: 'metadata.name', operator: 'In', values: ['b'] }] };
    expect(judge([node('a'), node('b'), pod('new', { ...affinity(field), ...requests({ cpu: '9' }) })])).toEqual({
      b: ['resource cpu'],
    });
  });

  it('tells cordons, condition taints and taints apart and honours tolerations', () => {
    const nodes = [
      node('a', {
        spec: { unschedulable: true, taints: [{ key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }] },
      }),
      node('b', { spec: { taints: [{ key: 'node.kubernetes.io/unreachable', effect: 'NoExecute' }] } }),
      node('c', { spec: { taints: [{ key: 'team', value: 'ml', effect: 'NoSchedule' }] } }),
      node('d', { spec: { taints: [{ key: 'soft', effect: 'PreferNoSchedule' }] } }),
    ];
    expect(judge([...nodes, pod('new', {})])).toEqual({
      a: ['cordoned a'],
      b: ['node-condition node.kubernetes.io/unreachable:NoExecute'],
      c: ['taint team=ml:NoSchedule'],
      d: [],
    });
    const tolerations = [
      { operator: 'Exists', effect: 'NoSchedule' },
      { key: 'node.kubernetes.io/unreachable', value: 'other' },
    ];
    expect(judge([...nodes, pod('new', { tolerations })])).toMatchObject({ a: [], b: [expect.any(String)], c: [] });
  });
});

describe('rules about other Pods', () => {
  const web = { labels: { app: 'web' } };
  const selector = { labelSelector: { matchLabels: { app: 'web' } }, topologyKey: 'zone' };
  const zones = [
    node('a', { labels: { zone: 'x' } }),
    node('b', { labels: { zone: 'x' } }),
    node('c', { labels: { zone: 'y' } }),
    node('d'),
  ];

  it('keeps anti-affine Pods out of the whole domain, both ways', () => {
    const anti = { affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [selector] } } };
    const expected = { a: ['pod-anti-affinity zone'], b: ['pod-anti-affinity zone'], c: [], d: [] };
    expect(judge([...zones, pod('old', { nodeName: 'a' }, web), pod('new', anti, web)])).toEqual(expected);
    expect(judge([...zones, pod('old', { nodeName: 'a', ...anti }, web), pod('new', {}, web)])).toEqual(expected);
    expect(
      judge([...zones, pod('old', { nodeName: 'a' }, { ...web, namespace: 'other' }), pod('new', anti, web)]).a,
    ).toEqual([]);
  });

  it('wants an affine Pod in the domain, except for the first of its own group', () => {
    const together = { affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [selector] } } };
    expect(judge([...zones, pod('old', { nodeName: 'c' }, web), pod('new', together, web)])).toEqual({
      a: ['pod-affinity zone'],
      b: ['pod-affinity zone'],
      c: [],
      d: ['pod-affinity zone'],
    });
    expect(judge([...zones, pod('new', together, web)])).toMatchObject({ a: [], c: [] });
    expect(judge([...zones, pod('new', together)]).a).toEqual(['pod-affinity zone']);
  });

  it('reaches other namespaces by an empty namespace selector', () => {
    const anti = {
      affinity: {
        podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ ...selector, namespaceSelector: {} }] },
      },
    };
    expect(
      judge([...zones, pod('old', { nodeName: 'c' }, { ...web, namespace: 'other' }), pod('new', anti, web)]).c,
    ).toEqual(['pod-anti-affinity zone']);
  });

  it('measures skew against the emptiest eligible domain', () => {
    const spread = (more: Fields = {}): Fields => ({
      topologySpreadConstraints: [
        {
          maxSkew: 1,
          topologyKey: 'zone',
          whenUnsatisfiable: 'DoNotSchedule',
          labelSelector: selector.labelSelector,
          ...more,
        },
      ],
    });
    const one = pod('old', { nodeName: 'a' }, web);
    expect(judge([...zones, one, pod('new', spread(), web)])).toEqual({
      a: ['topology-spread zone'],
      b: ['topology-spread zone'],
      c: [],
      d: ['topology-spread zone'],
    });
    expect(judge([...zones, one, pod('new', spread({ maxSkew: 2 }), web)]).a).toEqual([]);
    expect(judge([...zones, one, pod('new', spread({ whenUnsatisfiable: 'ScheduleAnyway' }), web)]).a).toEqual([]);
    expect(judge([...zones, one, pod('new', { ...spread(), nodeSelector: { zone: 'x' } }, web)]).a).toEqual([]);
    expect(
      judge([...zones, one, pod('other', { nodeName: 'c' }, web), pod('new', spread({ minDomains: 3 }), web)]).c,
    ).toEqual(['topology-spread zone']);
  });
});

it('keeps a Pod with the zone of its volume', () => {
  const volume = {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: 'pv-1' },
    spec: {
      nodeAffinity: {
        required: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'zone', operator: 'In', values: ['x'] }] }] },
      },
    },
  };
  const claim = {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'data', namespace: 'shop' },
    spec: { volumeName: 'pv-1' },
  };
  const mounted = pod('new', { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }] });
  expect(
    judge([node('a', { labels: { zone: 'x' } }), node('b', { labels: { zone: 'y' } }), volume, claim, mounted]),
  ).toEqual({
    a: [],
    b: ['volume-node-affinity pv-1'],
  });
});

it('reads the Pods of a cluster as often for 300 Nodes as for three', () => {
  expect(podListings(300)).toBe(podListings(3));
});

/** How often all Pods or those of a namespace are walked to judge two Pods with every kind of rule. */
function podListings(nodeCount: number): number {
  const term = { labelSelector: { matchLabels: { app: 'web' } }, topologyKey: 'zone' };
  const spec = {
    ...requests({ cpu: '3' }),
    affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } },
    topologySpreadConstraints: [{ ...term, maxSkew: 1, whenUnsatisfiable: 'DoNotSchedule' }],
  };
  const nodes = Array.from({ length: nodeCount }, (_, n) => node(`n${n}`, { labels: { zone: `z${n % 3}` } }));
  const placed = Array.from({ length: 30 }, (_, n) => pod(`p${n}`, { ...spec, nodeName: `n${n % nodeCount}` }));
  const index = indexObjects(
    fixtureInput({ objects: [...nodes, ...placed, pod('new', spec), pod('other', spec)] }).objects,
    [],
  );
  let listings = 0;
  const counting: ObjectIndex = {
    ...index,
    list: (kind, namespace) => {
      if (kind === 'Pod') listings += 1;
      return index.list(kind, namespace);
    },
  };
  const view = schedulingView(counting);
  for (const name of ['new', 'other']) {
    const target = index.get('Pod', 'shop', name);
    if (target) expect(view.judge(target)).toHaveLength(nodeCount);
  }
  return listings;
}
