import { describe, expect, it } from 'vitest';
import { resource } from './test-cluster.ts';
import { resolveKind } from './resolve-kind.ts';

const SERVED = [
  resource('apps/v1', 'Deployment'),
  resource('cert-manager.io/v1', 'Certificate'),
  resource('acme.example/v1', 'Certificate'),
];

describe('resolveKind', () => {
  it.each(['deploy', 'deployment', 'Deployments', 'deployments.apps'])('knows %s', (text) => {
    expect(resolveKind(text, SERVED).kind).toBe('Deployment');
  });

  it('tells kinds of the same name apart by their group', () => {
    expect(resolveKind('certificates.acme.example', SERVED).apiVersion).toBe('acme.example/v1');
    expect(resolveKind('certificate', SERVED).apiVersion).toBe('cert-manager.io/v1');
  });

  it('names a near miss, or only what is not there', () => {
    expect(() => resolveKind('deploymnet', SERVED)).toThrow(
      'the cluster serves no kind "deploymnet"; did you mean "deployment"?',
    );
    for (const text of ['constructor', '', 'pods.'])
      expect(() => resolveKind(text, SERVED)).toThrow(`the cluster serves no kind "${text}"`);
  });
});
