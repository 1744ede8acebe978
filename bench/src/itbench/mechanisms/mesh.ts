import { SECOND } from '@headwater/core/time.ts';
import { object } from '@headwater/testkit/world/objects.ts';
import { container } from '@headwater/testkit/world/pod-spec.ts';
import type { KubeJson } from '@headwater/testkit/world/json.ts';
import type { Component } from '../applications/application.ts';
import { type Case, groupOf, type Mechanism, says } from './mechanism.ts';
import { add, selectorOf } from './policies.ts';

const MODE = 'istio.io/dataplane-mode';

// Callers outside of the mesh send plain text, which is no longer taken.
function refusePlainText({ stage }: Case, inside: readonly Component[]): void {
  const namespace = stage.plan.namespaces.find(({ name }) => name === stage.namespace);
  if (namespace) namespace.labels = { 'istio-injection': 'disabled' };
  const names = new Set(inside.map(({ name }) => name));
  for (const part of stage.cast.application.components) {
    if (names.has(part.name) && part.container !== 'istio-proxy')
      stage.workload(part).spec.containers.push(
        container('istio-proxy', {
          image: 'docker.io/istio/proxyv2:1.27.1',
          port: 15_090,
          portName: 'http-envoy-prom',
        }),
      );
    if (names.has(part.name)) continue;
    const refused = inside.filter(({ name }) => Object.values(part.calls).includes(name));
    for (const { name } of refused) {
      stage.victims.add(name);
      stage.refusing.add(name);
    }
    if (refused.length > 0)
      stage.complaints.set(
        part.name,
        refused.map(({ name, port }) => `read tcp: connection to ${name}:${port ?? 80}: connection reset by peer`),
      );
  }
}

function makeStrict(input: Case): void {
  const { stage } = input;
  const { components } = stage.cast.application;
  const target = input.named.find(({ calls }) => !('LOCUST_HOST' in calls));
  const whole = says(input, /namespace|mesh.?wide/) || groupOf(input, /^Namespace$/)?.rootCause || !target;
  const inside = whole
    ? components.filter(({ calls }) => !('LOCUST_HOST' in calls))
    : components.filter(({ name }) => name === target.name);
  const selector = whole || !target ? {} : { selector: selectorOf(input, target) };
  add(
    input,
    { apiVersion: 'security.istio.io/v1', kind: 'PeerAuthentication', fallback: 'strict' },
    { spec: { ...selector, mtls: { mode: 'STRICT' } } },
  );
  refusePlainText(input, inside);
}

function deny(input: Case): void {
  const { stage, named } = input;
  const [component] = named;
  if (!component) return;
  add(
    input,
    { apiVersion: 'security.istio.io/v1', kind: 'AuthorizationPolicy', fallback: `deny-${component.name}` },
    {
      spec: {
        selector: selectorOf(input, component),
        action: 'DENY',
        rules: [{ to: [{ operation: { methods: ['GET'] } }] }],
      },
    },
  );
  stage.victims.add(component.name);
  stage.refusing.add(component.name);
  stage.complaints.set(component.name, [
    '"GET / HTTP/1.1" 403 - rbac_access_denied_matched_policy[none] "RBAC: access denied"',
  ]);
}

// The proxies of the Nodes no longer carry, and no longer count, what the namespace says.
function leaveMesh({ stage }: Case): void {
  const { plan, scene, namespace: name } = stage;
  const namespace = plan.namespaces.find((candidate) => candidate.name === name);
  if (!namespace) return;
  namespace.labels = {};
  const version = (labels: Record<string, string>, at: number): KubeJson =>
    object(
      scene,
      { apiVersion: 'v1', kind: 'Namespace', name },
      { created: namespace.created, changed: at, labels: { 'kubernetes.io/metadata.name': name, ...labels } },
      { spec: { finalizers: ['kubernetes'] }, status: { phase: 'Active' } },
    );
  plan.journal.push(
    { observedAt: scene.before(300), type: 'ADDED', object: version({ [MODE]: 'ambient' }, namespace.created) },
    { observedAt: stage.at + SECOND, type: 'MODIFIED', object: version({}, stage.at) },
  );
  for (const component of stage.cast.application.components) stage.victims.add(component.name);
}

/** Ways in which a service mesh stops what it carried. */
export const MESH_MECHANISMS: readonly Mechanism[] = [
  {
    name: 'mesh-left',
    fits: (input) => says(input, /ambient|dataplane.?mode|(?:injection|mesh) ?label|disabled?.{0,20}mesh/),
    apply: leaveMesh,
  },
  {
    name: 'mesh-policy',
    fits: (input) => says(input, /authori[sz]ation.?policy|service.?mesh|m-?tls|mutual.?tls|peer.?authentication/),
    apply: (input) => {
      if (says(input, /m-?tls|mutual.?tls|peer.?authentication/)) makeStrict(input);
      else deny(input);
    },
  },
];
