import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';

/** A cluster of about 10,000 Pods by its authored objects. */
export interface ClusterSize {
  readonly namespaces: number;
  /** Of each namespace. */
  readonly workloads: number;
  readonly configMaps: number;
  readonly secrets: number;
  readonly nodes: number;
  readonly definitions: number;
}

export const TEN_THOUSAND_PODS: ClusterSize = {
  namespaces: 100,
  workloads: 20,
  configMaps: 40,
  secrets: 20,
  nodes: 300,
  definitions: 100,
};

let version = 0;

/** One object at a version of its own, as an informer holds it. */
export function versionOf(kind: string, place: { namespace?: string; name: string }, fields: object): KubeObject {
  version += 1;
  return {
    apiVersion: GROUPS[kind] ?? 'v1',
    kind,
    metadata: {
      ...place,
      uid: `${kind}-${place.namespace ?? ''}-${place.name}`,
      resourceVersion: String(version),
      creationTimestamp: '2026-01-01T00:00:00Z',
      labels: { 'app.kubernetes.io/name': place.name, 'app.kubernetes.io/part-of': place.namespace ?? 'cluster' },
      annotations: { 'meta.helm.sh/release-name': place.name, 'deployment.kubernetes.io/revision': '12' },
      managedFields: [
        { manager: 'Helm', operation: 'Update', time: '2026-01-01T00:00:00Z' },
        {
          manager: 'kube-controller-manager',
          operation: 'Update',
          subresource: 'status',
          time: '2026-03-01T00:00:00Z',
        },
      ],
    },
    ...fields,
  };
}

const GROUPS: Readonly<Record<string, string>> = {
  Deployment: 'apps/v1',
  NetworkPolicy: 'networking.k8s.io/v1',
  RoleBinding: 'rbac.authorization.k8s.io/v1',
  HorizontalPodAutoscaler: 'autoscaling/v2',
  CustomResourceDefinition: 'apiextensions.k8s.io/v1',
};

/** A Deployment of two containers and some thirty variables: about 4 KB. */
export function deployment(namespace: string, index: number, { image = 1, replicas = 5, ready = 5 } = {}): KubeObject {
  const name = `app-${index}`;
  const env = Array.from({ length: 30 }, (_, n) => ({ name: `SETTING_${n}`, value: `value-${n}-of-${name}` }));
  const container = { env, resources: { requests: { cpu: '100m', memory: '256Mi' }, limits: { memory: '512Mi' } } };
  const template = {
    metadata: { labels: { app: name } },
    spec: {
      containers: [
        { name: 'app', image: `registry.example/${name}:1.${image}`, ports: [{ containerPort: 8080 }], ...container },
        { name: 'proxy', image: 'registry.example/proxy:2.1', ...container },
      ],
    },
  };
  const status = { replicas, readyReplicas: ready, conditions: [{ type: 'Available', status: 'True' }] };
  return versionOf(
    'Deployment',
    { namespace, name },
    { spec: { replicas, selector: { matchLabels: { app: name } }, template }, status },
  );
}

/** A ConfigMap of a YAML document of some hundred lines. */
export function configMap(namespace: string, index: number, setting = 1): KubeObject {
  const lines = Array.from({ length: 40 + (index % 7) * 30 }, (_, n) => `  key-${n}: value-${n}-${index}`);
  return versionOf(
    'ConfigMap',
    { namespace, name: `config-${index}` },
    { data: { 'app.yaml': `limit: ${setting}\nsettings:\n${lines.join('\n')}\n` } },
  );
}

export function node(index: number, beat = 0): KubeObject {
  const conditions = ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure'].map((type) => ({
    type,
    status: type === 'Ready' ? 'True' : 'False',
    lastHeartbeatTime: new Date(beat * 1_000).toISOString(),
  }));
  return versionOf(
    'Node',
    { name: `node-${index}` },
    { spec: { podCIDR: '10.0.0.0/24' }, status: { conditions, capacity: { cpu: '16' } } },
  );
}

export function secret(namespace: string, index: number): KubeObject {
  return versionOf('Secret', { namespace, name: `secret-${index}` }, {});
}

/** Everything that somebody decided in the cluster, one version of each. */
export function* authored(size: ClusterSize): Generator<KubeObject> {
  for (let place = 0; place < size.namespaces; place++) {
    const namespace = `team-${place}`;
    yield versionOf('Namespace', { name: namespace }, { spec: {} });
    yield versionOf(
      'NetworkPolicy',
      { namespace, name: 'default' },
      { spec: { podSelector: {}, policyTypes: ['Ingress'] } },
    );
    for (let index = 0; index < size.workloads; index++) {
      const name = `app-${index}`;
      yield deployment(namespace, index);
      yield versionOf(
        'Service',
        { namespace, name },
        { spec: { selector: { app: name }, ports: [{ port: 80, targetPort: 8080 }] } },
      );
      yield versionOf('ServiceAccount', { namespace, name }, {});
      yield versionOf(
        'RoleBinding',
        { namespace, name },
        { roleRef: { kind: 'Role', name }, subjects: [{ kind: 'ServiceAccount', name }] },
      );
      yield versionOf(
        'HorizontalPodAutoscaler',
        { namespace, name },
        { spec: { scaleTargetRef: { kind: 'Deployment', name }, maxReplicas: 10 } },
      );
    }
    for (let index = 0; index < size.configMaps; index++) yield configMap(namespace, index);
    for (let index = 0; index < size.secrets; index++) yield secret(namespace, index);
  }
  for (let index = 0; index < size.nodes; index++) yield node(index);
  for (let index = 0; index < size.definitions; index++)
    yield versionOf(
      'CustomResourceDefinition',
      { name: `kind-${index}.example.com` },
      { spec: { group: 'example.com', versions: [{ name: 'v1', schema: schemaOf(index) }] } },
    );
}

// A definition of an operator: tens of kilobytes that compress well.
function schemaOf(index: number): object {
  const properties = Object.fromEntries(
    Array.from({ length: 200 }, (_, n) => [
      `field${n}`,
      { type: 'string', description: `What field ${n} of kind ${index} means, in a sentence of some length.` },
    ]),
  );
  return { openAPIV3Schema: { type: 'object', properties: { spec: { type: 'object', properties } } } };
}
