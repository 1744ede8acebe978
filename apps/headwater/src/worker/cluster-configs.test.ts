import { AppError } from '@headwater/core/errors.ts';
import { describe, expect, it } from 'vitest';
import { readConfiguration } from '../config/read.ts';
import { type ClusterSurroundings, clusterConfigs, defaultClusterName } from './cluster-configs.ts';

function settings(env: Record<string, string>, text?: string) {
  const file = text === undefined ? undefined : { path: 'h.yaml', text };
  return readConfiguration({ env, file, readSecret: () => '' }).settings;
}

const nobody: ClusterSurroundings = {
  env: { HOME: '/root' },
  nameOf: ({ env }) => {
    if (env['HOME']) throw new AppError('invalid', 'a person’s own kubeconfig must not be looked at');
    throw new AppError('not_found', 'no cluster is configured');
  },
};
const named: ClusterSurroundings = { env: {}, nameOf: ({ context }) => context ?? 'own' };

describe('the clusters to read', () => {
  it('are none when nothing is configured and we run in no Pod', () => {
    expect(clusterConfigs(settings({}), nobody)).toEqual([]);
    expect(defaultClusterName(settings({}), [])).toBe('default');
  });

  it('are one with its telemetry, called as its context or as configured', () => {
    const own = settings({
      HEADWATER_KUBECONFIG: '/k',
      HEADWATER_PROMETHEUS_URL: 'http://prometheus:9090',
      HEADWATER_PROMETHEUS_USERNAME: 'u',
      HEADWATER_PROMETHEUS_PASSWORD: 'p',
      HEADWATER_LOKI_URL: 'http://loki:3100',
      HEADWATER_CLUSTER_TIMEOUT: '3s',
    });
    const [config, ...others] = clusterConfigs(own, named);
    expect(others).toEqual([]);
    expect(config).toMatchObject({
      name: 'own',
      kubeconfig: '/k',
      prometheus: { url: 'http://prometheus:9090', basic: { username: 'u', password: 'p' } },
      loki: { url: 'http://loki:3100', basic: undefined },
      tempo: undefined,
      timeoutMs: 3_000,
    });
    expect(defaultClusterName(own, config ? [config] : [])).toBe('own');
    const renamed = settings({ HEADWATER_KUBE_CONTEXT: 'staging', HEADWATER_CLUSTER_NAME: 'eu' });
    expect(clusterConfigs(renamed, named)).toMatchObject([{ name: 'eu', context: 'staging' }]);
  });

  it('are several by one setting, which is strict', () => {
    const two =
      'kubernetes:\n  clusters:\n    - {name: eu, context: a, prometheus: {url: "http://p"}}\n    - {name: us, context: b}\n';
    const configs = clusterConfigs(settings({}, two), named);
    expect(configs.map(({ name, prometheus }) => [name, prometheus?.url])).toEqual([
      ['eu', 'http://p'],
      ['us', undefined],
    ]);
    expect(defaultClusterName(settings({}, two), configs)).toBe('default');
    expect(() => settings({ HEADWATER_CLUSTERS: '[{"name":"eu"},{"name":"eu"}]' })).toThrow(
      'two clusters are called "eu"',
    );
    expect(() => settings({ HEADWATER_CLUSTERS: '[{"name":"eu","promtheus":{}}]' })).toThrow(/promtheus/);
    const both = settings({ HEADWATER_CLUSTERS: '[{"name":"eu"}]', HEADWATER_KUBECONFIG: '/k' });
    expect(() => clusterConfigs(both, named)).toThrow('would name another one');
  });

  it('says which setting named what cannot be used', () => {
    const broken: ClusterSurroundings = {
      env: { KUBECONFIG: '/k' },
      nameOf: () => {
        throw new AppError('invalid', 'is not YAML');
      },
    };
    expect(() => clusterConfigs(settings({}), broken)).toThrow('KUBECONFIG cannot be used: is not YAML');
    expect(() => clusterConfigs(settings({ HEADWATER_KUBECONFIG: '/k' }), broken)).toThrow(
      /^HEADWATER_KUBECONFIG cannot/,
    );
    expect(() => clusterConfigs(settings({ HEADWATER_CLUSTERS: '[{"name":"eu"}]' }), broken)).toThrow(
      'cluster "eu" of',
    );
  });
});
