import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';
import { expect, it } from 'vitest';
import { builtInResource, type ServedResource } from './catalog.ts';
import { matcherOf, parseLabelSelector } from './selectors.ts';

const PODS = builtInResource('', 'v1', 'pods') as ServedResource;
const EVENTS = builtInResource('', 'v1', 'events') as ServedResource;

function object(labels: Record<string, string>, fields: object = {}): KubeObject {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web-1', namespace: 'shop', labels }, ...fields };
}

function chosen(resource: ServedResource, query: Record<string, string>, candidate: KubeObject): boolean {
  return matcherOf(resource, new URLSearchParams(query))?.(candidate) ?? true;
}

it.each([
  ['app=web', true],
  ['app==web,tier=front', true],
  ['app!=web', false],
  ['missing!=x', true],
  ['app in (api, web),tier', true],
  ['app in (api)', false],
  ['app notin (api,job)', true],
  ['!legacy', true],
  ['! app', false],
  ['app.kubernetes.io/name=shop', true],
  ['app=', false],
  ['', true],
])('selects by labels: %s', (labelSelector, expected) => {
  const labels = { app: 'web', tier: 'front', 'app.kubernetes.io/name': 'shop' };
  expect(chosen(PODS, { labelSelector }, object(labels))).toBe(expected);
});

it.each(['app in web', 'app=a b', '=x', 'a in (x))', 'app>3'])(
  'refuses a label selector it cannot read: %s',
  (text) => {
    expect(() => parseLabelSelector(text)).toThrow(/^unable to parse requirement: /);
  },
);

it.each([
  ['metadata.name=web-1', true],
  ['metadata.name=web-1,metadata.namespace==shop', true],
  ['metadata.namespace!=shop', false],
  ['spec.nodeName=n1', true],
  ['status.phase!=Running', false],
  ['spec.hostNetwork=false', true],
])('selects pods by fields: %s', (fieldSelector, expected) => {
  const candidate = object({}, { spec: { nodeName: 'n1' }, status: { phase: 'Running' } });
  expect(chosen(PODS, { fieldSelector }, candidate)).toBe(expected);
});

it.each([
  ['involvedObject.kind=Pod,involvedObject.name=web-1,type=Warning', true],
  ['involvedObject.uid=other', false],
  ['reason!=BackOff', false],
  ['source=kubelet', true],
])('selects events by fields: %s', (fieldSelector, expected) => {
  const event: KubeObject = {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: 'e' },
    involvedObject: { kind: 'Pod', name: 'web-1', uid: 'u' },
    type: 'Warning',
    reason: 'BackOff',
    source: { component: 'kubelet' },
  };
  expect(chosen(EVENTS, { fieldSelector }, event)).toBe(expected);
});

it('refuses fields the API server cannot select by', () => {
  expect(() => matcherOf(PODS, new URLSearchParams({ fieldSelector: 'spec.image=x' }))).toThrow(
    /^field label not supported: spec\.image/,
  );
  expect(() => matcherOf(PODS, new URLSearchParams({ fieldSelector: 'nonsense' }))).toThrow(
    /^invalid field selector "nonsense"/,
  );
});
