import { expect, it } from 'vitest';
import {
  guessPlural,
  joinApiVersion,
  RESOURCE_TYPES,
  resourceNamed,
  resourceOfKind,
  splitApiVersion,
} from './resources.ts';

it('knows each resource once, with a plural and a version', () => {
  const keys = RESOURCE_TYPES.map(({ group, plural }) => `${plural}.${group}`);
  expect(new Set(keys).size).toBe(keys.length);
  for (const type of RESOURCE_TYPES) {
    expect(type.kind).toMatch(/^[A-Z][A-Za-z]+$/);
    expect(type.plural).toMatch(/^[a-z]+$/);
    expect(type.version).toMatch(/^v\d/);
  }
});

it('finds a resource by every name people use for it', () => {
  for (const name of ['pods', 'pod', 'Pod', 'PO']) expect(resourceNamed(name)?.kind).toBe('Pod');
  expect(resourceNamed('ingresses.networking.k8s.io')?.kind).toBe('Ingress');
  expect(resourceNamed('deployments.apps')?.namespaced).toBe(true);
  expect(resourceNamed('nodes')).toMatchObject({ group: '', namespaced: false });
  expect(resourceNamed('deployments.extensions')).toBeUndefined();
  expect(resourceNamed('checkout')).toBeUndefined();
});

it('finds a kind by its group whatever the version, and never another group of the same kind', () => {
  expect(resourceOfKind('autoscaling/v1', 'HorizontalPodAutoscaler')?.plural).toBe('horizontalpodautoscalers');
  expect(resourceOfKind('serving.knative.dev/v1', 'Service')).toBeUndefined();
  expect(resourceOfKind('v1', 'Service')?.plural).toBe('services');
});

it('splits and joins apiVersion', () => {
  for (const apiVersion of ['v1', 'apps/v1', 'gateway.networking.k8s.io/v1beta1']) {
    expect(joinApiVersion(splitApiVersion(apiVersion))).toBe(apiVersion);
  }
});

it.each([
  ['Gateway', 'gateways'],
  ['Ingress', 'ingresses'],
  ['NetworkPolicy', 'networkpolicies'],
  ['Index', 'indexes'],
  ['Patch', 'patches'],
  ['Certificate', 'certificates'],
])('guesses the plural of %s', (kind, plural) => {
  expect(guessPlural(kind)).toBe(plural);
});
