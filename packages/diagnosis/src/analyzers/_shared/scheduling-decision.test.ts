import { describe, expect, it } from 'vitest';
import type { NodeFit, NodeReason } from '../../topology/scheduling.ts';
import { parseSchedulerMessage } from './scheduler-message.ts';
import { decideByMessage, decideByNodes, messageAgrees } from './scheduling-decision.ts';

const NOW = Date.parse('2026-03-01T10:00:00Z');

function fit(
  name: string,
  reasons: readonly (string | NodeReason)[],
  extra: { labels?: Record<string, string>; cordonedAt?: string } = {},
): NodeFit {
  const taints = extra.cordonedAt ? [{ key: 'node.kubernetes.io/unschedulable', timeAdded: extra.cordonedAt }] : [];
  return {
    node: { apiVersion: 'v1', kind: 'Node', metadata: { name, labels: extra.labels ?? {} }, spec: { taints } },
    reasons: reasons.map((reason) =>
      typeof reason === 'string'
        ? ({ kind: reason.split(' ')[0], key: reason.split(' ')[1] ?? '' } as NodeReason)
        : reason,
    ),
  };
}

function decide(...fits: NodeFit[]): string | null {
  const decision = decideByNodes(fits, NOW);
  return (
    decision &&
    `${decision.kind}${decision.key ? ` ${decision.key}` : ''} on ${decision.fits.map(({ node }) => node.metadata.name).join(',')}${decision.sufficient ? '' : ' (more behind it)'}`
  );
}

const CONTROL = { labels: { 'node-role.kubernetes.io/control-plane': '' } };

describe('decideByNodes', () => {
  it('chooses the constraint whose removal frees the most Nodes', () => {
    expect(decide(fit('a', ['resource cpu']), fit('b', ['resource cpu']), fit('c', ['taint team=ml']))).toBe(
      'resource cpu on a,b',
    );
    expect(decide(fit('a', ['taint team=ml', 'resource cpu']), fit('b', ['resource cpu']))).toBe('resource cpu on b');
  });

  it('blames what refuses the Pod on the Nodes it is meant for, not the selector that names them', () => {
    const others = ['b', 'c', 'd'].map((name) => fit(name, ['node-selector disk=ssd']));
    expect(decide(fit('a', ['taint team=ml']), ...others)).toBe('taint on a');
    expect(decide(fit('a', ['resource cpu']), ...others)).toBe('resource cpu on a');
    expect(decide(...others)).toBe('node-selector on b,c,d');
    expect(decide(fit('cp', ['cordoned cp'], CONTROL), ...others)).toBe('node-selector on b,c,d');
  });

  it('blames a spread that counts tainted Nodes as empty domains, not their taint', () => {
    expect(decide(fit('a', ['taint team=ml']), fit('b', ['taint team=ml']), fit('c', ['topology-spread host']))).toBe(
      'topology-spread on c',
    );
  });

  it('leaves the control plane out, unless there is nothing else', () => {
    expect(decide(fit('a', ['resource cpu']), fit('cp', ['cordoned cp'], CONTROL))).toBe('resource cpu on a');
    expect(
      decide(
        fit('a', ['resource cpu']),
        fit('cp', ['taint node-role.kubernetes.io/control-plane:NoSchedule'], CONTROL),
      ),
    ).toBe('resource cpu on a');
    expect(decide(fit('cp', ['cordoned cp'], CONTROL))).toBe('cordoned on cp');
  });

  it('prefers a Node that is down or cordoned and would do, however few they are', () => {
    expect(decide(fit('a', ['resource cpu']), fit('b', ['resource cpu']), fit('c', ['cordoned c']))).toBe(
      'cordoned on c',
    );
    expect(decide(fit('a', ['resource cpu']), fit('b', ['cordoned b']), fit('c', ['node-condition x']))).toBe(
      'node-condition on c',
    );
    expect(decide(fit('a', ['resource cpu']), fit('c', ['cordoned c', 'resource cpu']))).toBe('resource cpu on a');
  });

  it('takes a cordon of long ago for the way the cluster is run', () => {
    expect(decide(fit('a', ['resource cpu']), fit('c', ['cordoned c'], { cordonedAt: '2026-01-01T00:00:00Z' }))).toBe(
      'resource cpu on a',
    );
    expect(decide(fit('a', ['resource cpu']), fit('c', ['cordoned c'], { cordonedAt: '2026-03-01T09:00:00Z' }))).toBe(
      'cordoned on c',
    );
  });

  it('says when several constraints stand on every Node, spec first', () => {
    expect(
      decide(
        fit('a', ['taint team=ml', 'node-selector disk=ssd']),
        fit('b', ['taint team=ml', 'node-selector disk=ssd']),
      ),
    ).toBe('node-selector on a,b (more behind it)');
    const cpu: NodeReason = { kind: 'resource', key: 'cpu', requested: 5, free: 1, allocatable: 4 };
    const memory: NodeReason = { kind: 'resource', key: 'memory', requested: 40, free: 1, allocatable: 10 };
    expect(decide(fit('a', [cpu, memory]))).toBe('resource memory on a (more behind it)');
  });

  it('takes the Nodes a Pod asks for as its intent while one of them exists', () => {
    expect(
      decide(fit('a', ['taint bad=true']), fit('b', ['node-selector host=a']), fit('c', ['node-selector host=a'])),
    ).toBe('taint on a');
    expect(decide(fit('a', ['node-selector x=y']), fit('b', ['node-selector x=y', 'taint bad=true']))).toBe(
      'node-selector on a',
    );
  });

  it('puts the Node with most room first', () => {
    const free = (amount: number): NodeReason => ({
      kind: 'resource',
      key: 'cpu',
      requested: 3,
      free: amount,
      allocatable: 4,
    });
    expect(decide(fit('a', [free(1)]), fit('b', [free(2)]))).toBe('resource cpu on b,a');
  });

  it('knows nothing when a Node would take the Pod, or none was read', () => {
    expect(decide(fit('a', []), fit('b', ['resource cpu']))).toBeNull();
    expect(decide()).toBeNull();
  });
});

describe('decideByMessage', () => {
  const told = (text: string, spec = {}, owner?: string) => {
    const decision = decideByMessage(parseSchedulerMessage(text), spec, owner);
    return decision && `${decision.kind} ${decision.key}`.trim();
  };

  it('leaves cordons aside while anything else is said', () => {
    expect(told('0/4 nodes are available: 3 node(s) were unschedulable, 1 Insufficient cpu.')).toBe('resource cpu');
    expect(told('0/4 nodes are available: 4 node(s) were unschedulable.')).toBe('cordoned');
  });

  it('asks the spec which field a shared wording means', () => {
    const text = "0/4 nodes are available: 4 node(s) didn't match Pod's node affinity/selector.";
    expect(told(text, { nodeSelector: { disk: 'ssd' } })).toBe('node-selector');
    expect(told(text, { affinity: { nodeAffinity: {} } })).toBe('node-affinity');
  });

  it('does not count the other Nodes of a DaemonSet Pod, nor the control plane taint', () => {
    const text = "0/4 nodes are available: 1 Insufficient memory, 3 node(s) didn't match Pod's node affinity/selector.";
    expect(told(text, {}, 'DaemonSet')).toBe('resource memory');
    expect(
      told(
        '0/4 nodes are available: 3 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }, 1 Too many pods.',
      ),
    ).toBe('pod-count');
  });

  it('leaves claims to storage', () =>
    expect(told('0/4 nodes are available: pod has unbound immediate PersistentVolumeClaims.')).toBeNull());
});

it('agrees with a message only on the same resource', () => {
  const message = parseSchedulerMessage('0/1 nodes are available: 1 Insufficient cpu.');
  const decision = { kind: 'resource', key: 'cpu', fits: [], sufficient: true } as const;
  expect(messageAgrees(message, decision)).toBe(true);
  expect(messageAgrees(message, { ...decision, key: 'memory' })).toBe(false);
});
