import { isJsonObject, textOf } from '@headwater/core/json.ts';
import type { ReplayState } from './state.ts';
import { badRequest } from './status.ts';

/** Answers a SelfSubjectAccessReview: allowed unless the recorder was refused the same. */
export function accessReview(state: ReplayState, body: unknown): unknown {
  const spec = isJsonObject(body) ? body['spec'] : undefined;
  if (!isJsonObject(spec))
    throw badRequest('a SelfSubjectAccessReview needs spec.resourceAttributes or spec.nonResourceAttributes');
  const attributes = spec['resourceAttributes'];
  const reason = isJsonObject(attributes) ? refusal(state, attributes) : null;
  const status = reason === null ? { allowed: true } : { allowed: false, reason };
  return { kind: 'SelfSubjectAccessReview', apiVersion: 'authorization.k8s.io/v1', metadata: {}, spec, status };
}

function refusal(state: ReplayState, attributes: Record<string, unknown>): string | null {
  const [group, resource, namespace] = [
    textOf(attributes['group']),
    textOf(attributes['resource']),
    textOf(attributes['namespace']),
  ];
  if (resource === 'pods' && attributes['subresource'] === 'log') {
    return state.logs === 'forbidden' ? 'the recorder was not allowed to read logs' : null;
  }
  if (state.objects === 'forbidden') return 'the recorder was not allowed to read objects';
  const served = state.catalog.resources.find((one) => one.plural === resource && one.group === group);
  const refused =
    served?.refusals.get('') ??
    served?.refusals.get(namespace) ??
    (namespace === '' ? served?.refusals.values().next().value : undefined);
  return refused?.state === 'forbidden' ? refused.message : null;
}

/** Answers a SelfSubjectRulesReview: every verb on every resource the recorder could read in the namespace. */
export function rulesReview(state: ReplayState, body: unknown): unknown {
  const spec = isJsonObject(body) && isJsonObject(body['spec']) ? body['spec'] : {};
  const namespace = textOf(spec['namespace']);
  const refused = state.catalog.resources.filter(
    ({ refusals }) => (refusals.get('') ?? refusals.get(namespace))?.state === 'forbidden',
  );
  const readable = state.catalog.resources.filter((resource) => !refused.includes(resource));
  const open = refused.length === 0 && state.objects !== 'forbidden';
  const resourceRules = open
    ? [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }]
    : readable
        .filter(() => state.objects !== 'forbidden')
        .map(({ group, plural }) => ({ verbs: ['*'], apiGroups: [group], resources: [plural] }));
  return {
    kind: 'SelfSubjectRulesReview',
    apiVersion: 'authorization.k8s.io/v1',
    metadata: {},
    spec,
    status: { resourceRules, nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }], incomplete: false },
  };
}
