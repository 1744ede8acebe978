import { parseObject } from '@headwater/contracts/kube/parse.ts';
import { describe, expect, it } from 'vitest';
import { evaluateFlow, type Flow, type Policy, type PolicyPod, type TrafficEnd } from './network-policy.ts';

function policy(name: string, namespace: string, spec: object): Policy {
  const { object } = parseObject({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name, namespace },
    spec,
  });
  return object as Policy;
}

function pod(namespace: string, app: string, extra: Partial<PolicyPod> = {}): { pod: PolicyPod } {
  return {
    pod: {
      namespace,
      labels: { app },
      namespaceLabels: { 'kubernetes.io/metadata.name': namespace, team: namespace },
      namespaceCertain: true,
      ip: '10.1.0.5',
      hostNetwork: false,
      ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
      ...extra,
    },
  };
}

const web = pod('shop', 'web', { ip: '10.1.0.1' });
const api = pod('shop', 'api', { ip: '10.1.0.2' });
const alien = pod('other', 'web', { ip: '10.1.0.9' });

function judge(policies: readonly Policy[], from: TrafficEnd, to: TrafficEnd, rest: Partial<Flow> = {}) {
  const inNamespace = (namespace: string) => policies.filter((item) => item.metadata.namespace === namespace);
  return evaluateFlow(inNamespace, { from, to, port: 8080, protocol: 'TCP', ...rest });
}

const toApi = { podSelector: { matchLabels: { app: 'api' } } };

describe('isolation', () => {
  it('allows everything when no policy selects either end', () => {
    const other = policy('other', 'shop', { podSelector: { matchLabels: { app: 'db' } }, ingress: [] });
    expect(judge([other], web, api)).toEqual({ decision: 'allowed', egress: null, ingress: null });
  });

  it('denies all ingress by an empty podSelector with policyTypes and says that there are no rules', () => {
    const verdict = judge([policy('deny', 'shop', { podSelector: {}, policyTypes: ['Ingress'] })], web, api);
    expect(verdict.decision).toBe('denied');
    expect(verdict.ingress).toMatchObject({ decision: 'denied', mismatch: 'no-rules', allowedBy: null });
    expect(verdict.egress).toBeNull();
  });

  it('restricts egress only when the types or the rules say so', () => {
    const none = policy('in', 'shop', { podSelector: {}, ingress: [{}] });
    const some = policy('out', 'shop', {
      podSelector: {},
      ingress: [{}],
      egress: [{ ports: [{ port: 53, protocol: 'UDP' }] }],
    });
    expect(judge([none], web, api).egress).toBeNull();
    expect(judge([some], web, api).egress).toMatchObject({ decision: 'denied', mismatch: 'port' });
    expect(judge([some], web, api, { port: 53, protocol: 'UDP' }).decision).toBe('allowed');
  });

  it('needs both sides: an open target does not help a closed source', () => {
    const closed = policy('closed', 'shop', { podSelector: { matchLabels: { app: 'web' } }, policyTypes: ['Egress'] });
    const open = policy('open', 'shop', { ...toApi, ingress: [{}] });
    const verdict = judge([closed, open], web, api);
    expect(verdict.decision).toBe('denied');
    expect(verdict.ingress?.allowedBy?.metadata.name).toBe('open');
    expect(verdict.egress?.isolating.map(({ metadata }) => metadata.name)).toEqual(['closed']);
  });

  it('unites policies: one that allows beats a default deny', () => {
    const deny = policy('deny', 'shop', { podSelector: {}, policyTypes: ['Ingress'] });
    const allow = policy('allow', 'shop', {
      ...toApi,
      ingress: [{ from: [{ podSelector: { matchLabels: { app: 'web' } } }] }],
    });
    expect(judge([deny, allow], web, api).decision).toBe('allowed');
    expect(judge([deny, allow], pod('shop', 'cron'), api).ingress).toMatchObject({
      decision: 'denied',
      mismatch: 'peer',
    });
  });

  it('does not hold for Pods on the host network', () => {
    const deny = policy('deny', 'shop', { podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
    expect(
      judge([deny], pod('shop', 'agent', { hostNetwork: true }), pod('shop', 'agent', { hostNetwork: true })).decision,
    ).toBe('allowed');
  });
});

describe('peers', () => {
  it('takes a podSelector alone within the policy namespace only', () => {
    const rule = policy('p', 'shop', {
      ...toApi,
      ingress: [{ from: [{ podSelector: { matchLabels: { app: 'web' } } }] }],
    });
    expect(judge([rule], web, api).decision).toBe('allowed');
    expect(judge([rule], alien, api).decision).toBe('denied');
  });

  it('joins namespaceSelector and podSelector of one peer by AND, peers by OR', () => {
    const both = policy('p', 'shop', {
      ...toApi,
      ingress: [
        {
          from: [
            { namespaceSelector: { matchLabels: { team: 'other' } }, podSelector: { matchLabels: { app: 'web' } } },
          ],
        },
      ],
    });
    expect(judge([both], alien, api).decision).toBe('allowed');
    expect(judge([both], pod('other', 'cron'), api).decision).toBe('denied');
    const either = policy('p', 'shop', {
      ...toApi,
      ingress: [{ from: [{ namespaceSelector: { matchLabels: { team: 'other' } } }, { podSelector: {} }] }],
    });
    expect(judge([either], pod('other', 'cron'), api).decision).toBe('allowed');
    expect(judge([either], web, api).decision).toBe('allowed');
  });

  it('is unknown when it hangs on labels of a Namespace that was not read', () => {
    const rule = policy('p', 'shop', {
      ...toApi,
      ingress: [{ from: [{ namespaceSelector: { matchLabels: { team: 'x' } } }] }],
    });
    const dim = pod('dim', 'web', {
      namespaceCertain: false,
      namespaceLabels: { 'kubernetes.io/metadata.name': 'dim' },
    });
    expect(judge([rule], dim, api).decision).toBe('unknown');
    const byName = policy('p', 'shop', {
      ...toApi,
      ingress: [{ from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'x' } } }] }],
    });
    expect(judge([byName], dim, api).decision).toBe('denied');
  });

  it('applies address blocks with their exceptions to addresses outside', () => {
    const rule = policy('p', 'shop', {
      ...toApi,
      ingress: [{ from: [{ ipBlock: { cidr: '203.0.113.0/24', except: ['203.0.113.128/25'] } }] }],
    });
    expect(judge([rule], { ip: '203.0.113.7' }, api).decision).toBe('allowed');
    expect(judge([rule], { ip: '203.0.113.200' }, api).decision).toBe('denied');
  });

  it('does not claim a block decides about a Pod inside it, since plugins differ', () => {
    const rule = policy('p', 'shop', { ...toApi, ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.0/8' } }] }] });
    expect(judge([rule], web, api).decision).toBe('unknown');
    expect(judge([rule], pod('shop', 'web', { ip: '172.16.0.1' }), api).decision).toBe('denied');
  });
});

describe('ports', () => {
  const onPorts = (ports: object[]) => policy('p', 'shop', { ...toApi, ingress: [{ ports }] });

  it('matches numbers, ranges and protocols', () => {
    expect(judge([onPorts([{ port: 8080 }])], web, api).decision).toBe('allowed');
    expect(judge([onPorts([{ port: 8080, protocol: 'UDP' }])], web, api).ingress?.mismatch).toBe('port');
    expect(judge([onPorts([{ port: 8000, endPort: 8100 }])], web, api).decision).toBe('allowed');
    expect(judge([onPorts([{ port: 8000, endPort: 8079 }])], web, api).decision).toBe('denied');
    expect(judge([onPorts([{ protocol: 'TCP' }])], web, api).decision).toBe('allowed');
  });

  it('resolves a named port on the target Pod', () => {
    expect(judge([onPorts([{ port: 'http' }])], web, api).decision).toBe('allowed');
    expect(judge([onPorts([{ port: 'http' }])], web, api, { port: 9090 }).decision).toBe('denied');
    expect(judge([onPorts([{ port: 'grpc' }])], web, api).decision).toBe('denied');
  });

  it('lets a Pod speak DNS to the resolver only where a rule says so', () => {
    const dns = pod('kube-system', 'dns', { ports: [{ name: 'dns', port: 53, protocol: 'UDP' }] });
    const onlyApi = policy('p', 'shop', {
      podSelector: {},
      policyTypes: ['Egress'],
      egress: [{ to: [{ podSelector: {} }] }],
    });
    const withDns = policy('dns', 'shop', {
      podSelector: {},
      policyTypes: ['Egress'],
      egress: [{ to: [{ namespaceSelector: {} }], ports: [{ port: 53, protocol: 'UDP' }] }],
    });
    expect(judge([onlyApi], web, dns, { port: 53, protocol: 'UDP' }).egress?.mismatch).toBe('peer');
    expect(judge([onlyApi, withDns], web, dns, { port: 53, protocol: 'UDP' }).decision).toBe('allowed');
    expect(judge([onlyApi, withDns], web, dns, { port: 53, protocol: 'TCP' }).egress?.mismatch).toBe('port');
  });
});
