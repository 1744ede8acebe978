import { diagnose } from '@headwater/diagnosis/reasoning/diagnose.ts';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { type GroundTruth, readGroundTruth } from './ground-truth.ts';
import { scoreDiagnosis } from './score.ts';
import { synthesise } from './synthesise.ts';

interface Draft {
  readonly fault: { readonly kind: string; readonly name: string; readonly condition: string };
  readonly root: { readonly kind: string; readonly filter: string; readonly namespace?: string };
  /** `errors cart`, `latency cart`, `starved cart`, `KubePodNotReady cart`. */
  readonly alerts: readonly string[];
}

const NAMES: Readonly<Record<string, string>> = {
  errors: 'HighRequestErrorRate',
  latency: 'HighRequestLatency',
  starved: 'NoRequestsReceived',
};

function truthOf({ fault, root, alerts }: Draft): GroundTruth {
  const about = alerts.map((text) => text.split(' '));
  const names = new Set(about.map(([, name = '']) => name));
  const group = (kind: string, filter: string, more: object): object => ({
    kind,
    filter: [filter],
    namespace: 'otel-demo',
    ...more,
  });
  return readGroundTruth(
    '1',
    stringify({
      alerts: about.map(([name = '', app = '']) => ({
        id: NAMES[name] ?? name,
        group_id: `${app}-${name.startsWith('Kube') ? 'pod' : 'service'}`,
      })),
      fault: [{ condition: fault.condition, entity: { kind: fault.kind, name: fault.name } }],
      groups: [
        ...[...names].flatMap((name) => [
          group('Service', `${name}\\b`, { id: `${name}-service` }),
          group('Pod', `${name}-.*`, { id: `${name}-pod` }),
        ]),
        group(root.kind, root.filter, { id: 'root', root_cause: true, namespace: root.namespace ?? 'otel-demo' }),
      ],
      aliases: [...names].map((name) => [`${name}-service`, `${name}-pod`]),
    }),
  );
}

const CASCADE = ['errors shipping', 'errors checkout', 'errors frontend', 'errors frontend-proxy'];
const workload = (condition: string): Draft => ({
  fault: { kind: 'Deployment', name: 'quote', condition },
  root: { kind: 'Deployment', filter: 'quote\\b' },
  alerts: ['starved quote', ...CASCADE],
});

const DRAFTS: readonly (readonly [string, Draft])[] = [
  ['wrong-image', workload('The deployment refers to an image that does not exist')],
  ['wrong-architecture', workload('The image is of an unsupported architecture')],
  ['node-selector', workload('An invalid node selector keeps the pods from being scheduled')],
  ['anti-affinity', workload('Pod anti-affinity cannot be met')],
  ['probe', workload('The readiness probe asks a wrong port')],
  ['command', workload('The container has an invalid command')],
  ['init-container', workload('The init container is stuck in a sleep loop')],
  ['out-of-memory', workload('Pods are OOMKilled because of a small memory limit')],
  ['too-small', workload('The deployment requests more cpu than any node has: insufficient resources')],
  ['zero-replicas', workload('The workload was scaled to zero')],
  ['service', { ...workload('The service selector matches nothing'), root: { kind: 'Service', filter: 'quote\\b' } }],
  [
    'network-policy',
    {
      fault: { kind: 'NetworkPolicy', name: 'deny-quote', condition: 'A network policy blocks ingress to quote' },
      root: { kind: 'NetworkPolicy', filter: 'deny-quote' },
      alerts: ['starved quote', ...CASCADE],
    },
  ],
  [
    'chaos',
    {
      fault: { kind: 'NetworkChaos', name: 'quote-delay', condition: 'Network delay on quote pods' },
      root: { kind: 'NetworkChaos', filter: 'quote-delay', namespace: 'chaos-mesh' },
      alerts: ['latency quote', 'latency shipping', 'latency checkout', 'errors checkout'],
    },
  ],
  [
    'feature-flag',
    {
      fault: { kind: 'ConfigMap', name: 'flagd-config', condition: 'productCatalogFailure feature flag set' },
      root: { kind: 'ConfigMap', filter: 'flagd-config\\b' },
      alerts: ['errors product-catalog', 'errors frontend', 'errors frontend-proxy'],
    },
  ],
  [
    'mesh-left',
    {
      fault: {
        kind: 'Namespace',
        name: 'otel-demo',
        condition: 'Ambient mode switched off by a label of the namespace',
      },
      root: { kind: 'Namespace', filter: 'otel-demo' },
      alerts: ['starved frontend', 'starved cart'],
    },
  ],
  [
    'disruption-budget',
    {
      fault: { kind: 'PDB', name: 'quote-pdb', condition: 'A disruption budget blocks the eviction of unhealthy Pods' },
      root: { kind: 'pdb', filter: 'quote-pdb' },
      alerts: ['KubePodNotReady quote', 'latency quote', 'errors shipping'],
    },
  ],
  ['name-resolution', { ...workload('Excessive ndots in the dnsConfig of the Pods'), alerts: ['latency quote'] }],
  [
    'preemption',
    {
      fault: { kind: 'Deployment', name: 'urgent-work', condition: 'A high priority workload preempts quote' },
      root: { kind: 'Deployment', filter: 'urgent-work\\b' },
      alerts: ['KubePodNotReady quote', 'starved quote', ...CASCADE],
    },
  ],
  [
    'quota',
    {
      fault: {
        kind: 'Namespace',
        name: 'otel-demo',
        condition: 'A resource quota keeps Pods of quote from being made',
      },
      root: { kind: 'namespace', filter: 'otel-demo' },
      alerts: ['starved quote', ...CASCADE],
    },
  ],
  [
    'secret',
    {
      fault: { kind: 'Deployment', name: 'postgresql', condition: 'The database password was changed' },
      root: { kind: 'statefulset', filter: 'postgresql.*' },
      alerts: ['errors product-catalog', 'errors product-reviews', 'errors frontend'],
    },
  ],
  [
    'change',
    {
      fault: { kind: 'Deployment', name: 'quote', condition: 'Something nobody has a word for' },
      root: { kind: 'Deployment', filter: 'quote\\b' },
      alerts: ['KubePodCrashLooping quote', ...CASCADE],
    },
  ],
];

describe('synthesised clusters', () => {
  it.each(DRAFTS)('show %s so that it is found', (mechanism, draft) => {
    const truth = truthOf(draft);
    const { input, cast, mechanisms } = synthesise(truth);
    expect(mechanisms).toEqual([mechanism]);
    expect(input.alerts).toHaveLength(draft.alerts.length);
    const diagnosis = diagnose(input, { version: 'test' });
    const scored = scoreDiagnosis(diagnosis, { truth, cast, alerts: input.alerts.length });
    expect(scored.place, diagnosis.summary).toBe(1);
    expect(scored.explained).toBeGreaterThan(0.5);
  });

  it('does not depend on the chain that is asked for', () => {
    const truth = truthOf(workload('The readiness probe asks a wrong port'));
    const told = { ...truth, propagations: [{ source: 'root', target: 'shipping-service' }] };
    expect(synthesise(told).input).toEqual(synthesise(truth).input);
  });
});

describe('strangers', () => {
  it('call the one at fault when they complain beside it', () => {
    const group = (id: string): object => ({ id, kind: 'Service', namespace: 'shop-7', filter: [`${id}\\b`] });
    const truth = readGroundTruth(
      '1',
      stringify({
        alerts: [{ id: 'HighRequestErrorRate', group_id: 'gateway' }],
        fault: [{ condition: 'scaled to zero', entity: { group_id: 'orders', kind: 'Service', name: 'orders' } }],
        groups: [{ ...group('orders'), root_cause: true }, group('gateway')],
      }),
    );
    const { components } = synthesise(truth).cast.application;
    expect(components.find(({ name }) => name === 'gateway')?.calls).toEqual({ ORDERS_ADDR: 'orders' });
    expect(components.find(({ name }) => name === 'orders')?.calls).toEqual({});
  });
});

describe('several faults', () => {
  it('each find their own mechanism', () => {
    const truth = truthOf(workload('A resource quota keeps Pods from being made'));
    const [first] = truth.faults;
    if (!first) throw new Error('no fault');
    const flag = { kind: 'ConfigMap', id: 'flag', namespace: 'otel-demo', filters: ['flagd-config'], rootCause: true };
    const second = {
      ...first,
      text: 'cartfailure feature flag set',
      entity: { kind: 'ConfigMap', name: 'flagd-config' },
    };
    const both = { ...truth, groups: [...truth.groups, flag], faults: [first, second] };
    expect(synthesise(both).mechanisms).toEqual(['quota', 'feature-flag']);
  });
});

describe('scores', () => {
  it('lead a link out of a workload through its Pods where the truth tells the two apart', () => {
    const draft = workload('The readiness probe asks a wrong port');
    const truth: GroundTruth = {
      ...truthOf(draft),
      propagations: [
        { source: 'root', target: 'quote-pod' },
        { source: 'quote-pod', target: 'shipping-service' },
      ],
    };
    const { input, cast } = synthesise(truth);
    const scored = scoreDiagnosis(diagnose(input, { version: 'test' }), { truth, cast, alerts: input.alerts.length });
    expect(scored.missing).toEqual([]);
  });

  it('compare chains by groups and pass through what the truth does not know', () => {
    const draft = workload('The readiness probe asks a wrong port');
    const truth: GroundTruth = {
      ...truthOf({ ...draft, alerts: draft.alerts.filter((text) => !text.endsWith('checkout')) }),
      propagations: [
        { source: 'root', target: 'quote-service' },
        { source: 'quote-service', target: 'shipping-service' },
        { source: 'shipping-service', target: 'frontend-service' },
        { source: 'frontend-service', target: 'frontend-proxy-service' },
      ],
    };
    const { input, cast } = synthesise(truth);
    const diagnosis = diagnose(input, { version: 'test' });
    const scored = scoreDiagnosis(diagnosis, { truth, cast, alerts: input.alerts.length });
    expect(scored).toMatchObject({ missing: [], surplus: [], chain: { f1: 1 }, proximity: 1 });
    const silent = scoreDiagnosis({ ...diagnosis, causes: [] }, { truth, cast, alerts: input.alerts.length });
    expect(silent).toMatchObject({ place: null, f1: 0, chain: { f1: 0 }, proximity: 0 });
  });
});
