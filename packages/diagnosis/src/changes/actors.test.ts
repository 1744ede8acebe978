import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';
import { describe, expect, it } from 'vitest';
import { actorOf, isByHand } from './actors.ts';

function object(metadata: Record<string, unknown> = {}): KubeObject {
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'api', namespace: 'shop', ...metadata } };
}

const HPA = { kind: 'HorizontalPodAutoscaler', namespace: 'shop', name: 'api' };
const REPLICAS = [{ path: 'spec.replicas', before: '2', after: '5' }];

describe('who made a change', () => {
  it.each([
    [
      'Argo CD by its tracking id',
      object({ annotations: { 'argocd.argoproj.io/tracking-id': 'shop-prod:apps/Deployment:shop/api' } }),
      'argocd-controller',
      'Argo CD application shop-prod',
      { kind: 'Application', name: 'shop-prod' },
    ],
    [
      'Argo CD with applications in any namespace',
      object({ annotations: { 'argocd.argoproj.io/tracking-id': 'teams_shop-prod:apps/Deployment:shop/api' } }),
      'argocd-application-controller',
      'Argo CD application shop-prod',
      { kind: 'Application', namespace: 'teams', name: 'shop-prod' },
    ],
    [
      'Flux by its labels',
      object({
        labels: { 'kustomize.toolkit.fluxcd.io/name': 'apps', 'kustomize.toolkit.fluxcd.io/namespace': 'flux-system' },
      }),
      'kustomize-controller',
      'Flux Kustomization flux-system/apps',
      { kind: 'Kustomization', namespace: 'flux-system', name: 'apps' },
    ],
    [
      'a Flux HelmRelease rather than Helm',
      object({
        labels: { 'helm.toolkit.fluxcd.io/name': 'api', 'helm.toolkit.fluxcd.io/namespace': 'shop' },
        annotations: { 'meta.helm.sh/release-name': 'api' },
      }),
      'helm-controller',
      'Flux HelmRelease shop/api',
      { kind: 'HelmRelease', namespace: 'shop', name: 'api' },
    ],
    [
      'Helm by the name of the release',
      object({ annotations: { 'meta.helm.sh/release-name': 'checkout' } }),
      'Helm',
      'Helm release checkout',
      undefined,
    ],
    ['a tool by its own name', object(), 'kubectl-edit', 'kubectl-edit', undefined],
  ])('names %s', (...[, given, manager, name, subject]) => {
    expect(actorOf({ object: given, manager })).toEqual({ name, ...(subject ? { subject } : {}) });
  });

  it('takes marks of a deployer for no proof when another wrote last', () => {
    const given = object({ annotations: { 'meta.helm.sh/release-name': 'checkout' } });
    expect(actorOf({ object: given, manager: 'kubectl-edit' })).toEqual({ name: 'kubectl-edit' });
    expect(isByHand('kubectl-edit')).toBe(true);
    expect(isByHand('argocd-controller')).toBe(false);
  });

  it('names the autoscaler behind a scale, and no autoscaler behind anything else', () => {
    const scale = { object: object(), manager: 'kube-controller-manager', subresource: 'scale' };
    expect(actorOf({ ...scale, diff: REPLICAS, autoscaler: HPA })).toEqual({
      name: 'HorizontalPodAutoscaler shop/api',
      subject: HPA,
    });
    expect(actorOf({ ...scale, diff: REPLICAS })).toEqual({ name: 'an autoscaler' });
    const byHand = { ...scale, manager: 'kubectl', diff: REPLICAS, autoscaler: HPA };
    expect(actorOf(byHand)).toEqual({ name: 'kubectl' });
  });

  it('names nobody when nobody signed', () => {
    expect(actorOf({ object: object(), manager: undefined })).toBeUndefined();
  });
});
