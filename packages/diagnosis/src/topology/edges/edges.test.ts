import { formatSubject, type Subject } from '@headwater/core/subject.ts';
import { fixtureInput } from '@headwater/testkit/fixture-snapshot.ts';
import { describe, expect, it } from 'vitest';
import { yamlFixture } from '@headwater/testkit/yaml-fixture.ts';
import { checkEvidence } from '../../checker/claims.ts';
import { buildSnapshot } from '../../snapshot/snapshot.ts';

/** The edges out of a subject as `relation target`; every citation must read again. */
function needs(text: string, about: string): string[] {
  const snapshot = buildSnapshot(fixtureInput(yamlFixture(text)));
  const [kind = '', namespace = '', name = ''] = about.split('/');
  const subject: Subject = { kind, name, ...(namespace ? { namespace } : {}) };
  const edges = snapshot.topology.dependencies(subject);
  for (const edge of edges) for (const evidence of edge.cite()) expect(checkEvidence(snapshot, evidence)).toBeNull();
  return edges
    .filter(({ to }) => to.kind !== 'Namespace')
    .map(({ relation, to, share }) => `${relation} ${formatSubject(to)}${share === undefined ? '' : ` (${share})`}`);
}

const web = (spec: string) => `
  - apiVersion: apps/v1
    kind: Deployment
    metadata: { name: web, namespace: shop }
    spec: { template: { metadata: { labels: { app: web } }, spec: ${spec} } }`;
const service = (name: string, namespace = 'shop', spec = '{}') => `
  - { apiVersion: v1, kind: Service, metadata: { name: ${name}, namespace: ${namespace} }, spec: ${spec} }`;

describe('configured calls', () => {
  const withEnv = (...pairs: [string, string][]) =>
    web(
      `{ containers: [{ name: main, env: [${pairs.map(([name, value]) => `{ name: ${name}, value: "${value}" }`).join(', ')}] }] }`,
    );

  it('reads hosts, URLs and DSNs in the environment, in this namespace or another', () => {
    const objects = withEnv(
      ['CART_ADDR', 'cart:7070'],
      ['DB_DSN', 'app:pw@tcp(orders-db.data:3306)/x'],
      ['BILLING_URL', 'http://billing.pay.svc.cluster.local/v1'],
      ['REDIS_HOST', 'redis'],
    );
    expect(
      needs(
        `objects:${objects}${service('cart')}${service('orders-db', 'data')}${service('billing', 'pay')}${service('redis')}`,
        'Deployment/shop/web',
      ),
    ).toEqual([
      'calls Service data/orders-db',
      'calls Service pay/billing',
      'calls Service shop/cart',
      'calls Service shop/redis',
    ]);
  });

  it('keeps an address whose Service is missing and leaves the outside world alone', () => {
    const objects = withEnv(
      ['CART_ADDR', 'cart-old:7070'],
      ['STRIPE_URL', 'https://api.stripe.com/v1'],
      ['LOG_LEVEL', 'debug'],
      ['SMTP_HOST', 'smtp.example.com'],
    );
    expect(needs(`objects:${objects}`, 'Deployment/shop/web')).toEqual(['calls Service shop/cart-old']);
  });

  it('reads neither injected variables nor the workload’s own identity', () => {
    const objects = withEnv(
      ['CART_SERVICE_HOST', '10.96.0.7'],
      ['CART_PORT_7070_TCP', 'tcp://10.96.0.7:7070'],
      ['OTEL_SERVICE_NAME', 'cart'],
      ['LISTEN_ADDR', 'cart:8080'],
    );
    expect(
      needs(`objects:${objects}${service('cart', 'shop', '{ clusterIP: 10.96.0.7 }')}`, 'Deployment/shop/web'),
    ).toEqual([]);
  });

  it('finds a Service by its cluster IP', () => {
    expect(
      needs(
        `objects:${withEnv(['CART', 'http://10.96.0.7:80'])}${service('cart', 'shop', '{ clusterIP: 10.96.0.7 }')}`,
        'Deployment/shop/web',
      ),
    ).toEqual(['calls Service shop/cart']);
  });

  it('reads ConfigMaps it mounts or reads, but of dangling names only full ones', () => {
    const objects = web(
      '{ containers: [{ name: main, envFrom: [{ configMapRef: { name: settings } }] }], volumes: [{ name: v, configMap: { name: nginx } }] }',
    );
    const maps = `
  - { apiVersion: v1, kind: ConfigMap, metadata: { name: settings, namespace: shop }, data: { CART: "cart:7070", WORD: "ratio:42" } }
  - { apiVersion: v1, kind: ConfigMap, metadata: { name: nginx, namespace: shop }, data: { "default.conf": "server {\\n proxy_pass http://api;\\n db.host = orders-db\\n see http://gone.shop.svc:80 and nobody:8080 }" } }
  - { apiVersion: v1, kind: ConfigMap, metadata: { name: other, namespace: shop }, data: { X: "unrelated:80" } }`;
    const found = needs(
      `objects:${objects}${maps}${service('cart')}${service('api')}${service('orders-db')}${service('unrelated')}`,
      'Deployment/shop/web',
    );
    expect(found.filter((edge) => edge.startsWith('calls'))).toEqual([
      'calls Service shop/api',
      'calls Service shop/cart',
      'calls Service shop/gone',
      'calls Service shop/orders-db',
    ]);
  });
});

describe('logged and observed calls', () => {
  const pods = `
  - { apiVersion: v1, kind: Pod, metadata: { name: web-1, namespace: shop, ownerReferences: [{ kind: Deployment, name: web }] }, spec: { containers: [{ name: main }] } }`;
  const objects = `objects:${web('{ containers: [{ name: main }] }')}${pods}${service('cart', 'shop', '{ clusterIP: 10.96.0.7 }')}${service('recs')}`;

  it('takes whom a log could not reach, by name or cluster IP', () => {
    const logs = `
logs:
  shop/web-1/main: |
    error: dial tcp 10.96.0.7:7070: connect: connection refused
    error: lookup recs on 10.96.0.10:53: read udp: i/o timeout
    error: lookup gone on 10.96.0.10:53: no such host
    info: word timed out`;
    expect(needs(`${objects}${logs}`, 'Deployment/shop/web')).toEqual([
      'calls Service shop/cart',
      'calls Service shop/gone',
      'calls Service shop/recs',
    ]);
  });

  it('takes parent and child spans of different services', () => {
    const traces = `
traces:
  - { spanId: a, service: web, resource: { k8s.deployment.name: web, k8s.namespace.name: shop } }
  - { spanId: b, parentSpanId: a, service: cart }`;
    expect(needs(`${objects}${traces}`, 'Deployment/shop/web')).toEqual(['calls Service shop/cart']);
  });

  it('takes service-graph and mesh metrics that move', () => {
    const metrics = `
metrics:
  - { name: traces_service_graph_request_total, labels: { client: web, server: cart }, values: [1, 2] }
  - { name: traces_service_graph_request_total, labels: { client: web, server: idle }, values: [0, 0] }
  - { name: istio_requests_total, labels: { source_workload: web, source_workload_namespace: shop, destination_workload: recs, destination_workload_namespace: shop, destination_service_name: recs, destination_service_namespace: shop }, values: [5, 9] }`;
    expect(needs(`${objects}${metrics}`, 'Deployment/shop/web')).toEqual([
      'calls Service shop/cart',
      'calls Service shop/recs',
    ]);
  });
});

describe('routes', () => {
  it('leads from Ingress to Services, class, controller and TLS Secret', () => {
    const text = `objects:
  - apiVersion: networking.k8s.io/v1
    kind: Ingress
    metadata: { name: shop, namespace: shop }
    spec:
      ingressClassName: nginx
      tls: [{ hosts: [shop.example.com], secretName: shop-tls }]
      defaultBackend: { service: { name: fallback, port: { number: 80 } } }
      rules: [{ host: shop.example.com, http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: web, port: { number: 80 } } } }] } }]
  - { apiVersion: networking.k8s.io/v1, kind: IngressClass, metadata: { name: nginx }, spec: { controller: k8s.io/ingress-nginx } }
  - apiVersion: apps/v1
    kind: Deployment
    metadata: { name: edge, namespace: ingress }
    spec: { template: { metadata: { labels: { app.kubernetes.io/name: ingress-nginx } }, spec: { containers: [{ name: controller }] } } }`;
    expect(needs(text, 'Ingress/shop/shop')).toEqual([
      'routes-to Service shop/fallback',
      'routes-to Service shop/web',
      'backed-by IngressClass nginx',
      'reads Secret shop/shop-tls',
    ]);
    expect(needs(text, 'IngressClass//nginx')).toEqual(['backed-by Deployment ingress/edge']);
  });

  it('leads from HTTPRoute to Services and Gateway, from Gateway to class, certificate and data plane', () => {
    const text = `objects:
  - apiVersion: gateway.networking.k8s.io/v1
    kind: HTTPRoute
    metadata: { name: shop, namespace: shop }
    spec: { parentRefs: [{ name: edge, namespace: infra }], rules: [{ backendRefs: [{ name: web, port: 80 }, { name: api, namespace: core, port: 80 }] }] }
  - apiVersion: gateway.networking.k8s.io/v1
    kind: Gateway
    metadata: { name: edge, namespace: infra }
    spec: { gatewayClassName: envoy, listeners: [{ name: https, port: 443, tls: { certificateRefs: [{ name: edge-cert }] } }] }
  - apiVersion: apps/v1
    kind: Deployment
    metadata: { name: edge-proxy, namespace: infra }
    spec: { template: { metadata: { labels: { gateway.networking.k8s.io/gateway-name: edge } }, spec: { containers: [{ name: proxy }] } } }`;
    expect(needs(text, 'HTTPRoute/shop/shop')).toEqual([
      'routes-to Service core/api',
      'routes-to Service shop/web',
      'backed-by Gateway infra/edge',
    ]);
    expect(needs(text, 'Gateway/infra/edge')).toEqual([
      'backed-by Deployment infra/edge-proxy',
      'backed-by GatewayClass envoy',
      'reads Secret infra/edge-cert',
    ]);
  });

  it('takes the Pods that endpoints name when a Service has no selector', () => {
    const text = `objects:${service('db')}
  - { apiVersion: v1, kind: Pod, metadata: { name: pg-0, namespace: shop, ownerReferences: [{ kind: StatefulSet, name: pg }] }, spec: { containers: [{ name: pg }] }, status: { podIP: 10.1.0.9 } }
  - { apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: { name: db-1, namespace: shop, labels: { kubernetes.io/service-name: db } }, endpoints: [{ addresses: [10.1.0.9] }] }`;
    expect(needs(text, 'Service/shop/db')).toEqual(['selects StatefulSet shop/pg']);
  });
});

describe('what a workload stands on', () => {
  it('marks optional references and reads Secrets of image pulls', () => {
    const text = `objects:${web('{ imagePullSecrets: [{ name: pull }], containers: [{ name: main, env: [{ name: A, valueFrom: { configMapKeyRef: { name: flags, key: a, optional: true } } }] }], volumes: [{ name: t, projected: { sources: [{ configMap: { name: kube-root-ca.crt } }, { secret: { name: token } }] } }] }')}`;
    expect(needs(text, 'Deployment/shop/web')).toEqual([
      'reads ConfigMap shop/flags (0.5)',
      'reads Secret shop/pull',
      'mounts Secret shop/token',
    ]);
  });

  it('leads from a StatefulSet to its claims, from a claim to volume and class', () => {
    const text = `objects:
  - { apiVersion: apps/v1, kind: StatefulSet, metadata: { name: pg, namespace: shop }, spec: { template: { spec: { containers: [{ name: pg }] } } } }
  - { apiVersion: v1, kind: Pod, metadata: { name: pg-0, namespace: shop, ownerReferences: [{ kind: StatefulSet, name: pg }] }, spec: { containers: [{ name: pg }], volumes: [{ name: data, persistentVolumeClaim: { claimName: data-pg-0 } }] } }
  - { apiVersion: v1, kind: PersistentVolumeClaim, metadata: { name: data-pg-0, namespace: shop }, spec: { volumeName: pv-1, storageClassName: fast } }`;
    expect(needs(text, 'StatefulSet/shop/pg')).toEqual(['mounts PersistentVolumeClaim shop/data-pg-0']);
    expect(needs(text, 'PersistentVolumeClaim/shop/data-pg-0')).toEqual([
      'bound-to PersistentVolume pv-1',
      'provisioned-by StorageClass fast',
    ]);
  });

  it('knows scalers, limits, policies, refusing webhooks and experiments', () => {
    const text = `objects:${web('{ containers: [{ name: main }] }')}
  - { apiVersion: v1, kind: Pod, metadata: { name: web-1, namespace: shop, labels: { app: web }, ownerReferences: [{ kind: Deployment, name: web }] }, spec: { containers: [{ name: main }] } }
  - { apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: { name: web, namespace: shop }, spec: { scaleTargetRef: { kind: Deployment, name: web } } }
  - { apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: { name: web, namespace: shop }, spec: { selector: { matchLabels: { app: web } } } }
  - { apiVersion: v1, kind: ResourceQuota, metadata: { name: team, namespace: shop }, spec: { hard: { pods: "5" } } }
  - { apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: { name: deny, namespace: shop }, spec: { podSelector: {} } }
  - { apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: { name: other, namespace: shop }, spec: { podSelector: { matchLabels: { app: api } } } }
  - apiVersion: admissionregistration.k8s.io/v1
    kind: ValidatingWebhookConfiguration
    metadata: { name: guard }
    webhooks: [{ name: guard.example.com, failurePolicy: Fail, clientConfig: { service: { name: guard, namespace: guard } }, rules: [{ operations: [CREATE], resources: [pods] }] }]
  - apiVersion: admissionregistration.k8s.io/v1
    kind: MutatingWebhookConfiguration
    metadata: { name: soft }
    webhooks: [{ name: soft.example.com, failurePolicy: Ignore, rules: [{ operations: [CREATE], resources: [pods] }] }]
  - { apiVersion: chaos-mesh.org/v1alpha1, kind: NetworkChaos, metadata: { name: cut, namespace: chaos }, spec: { action: partition, selector: { namespaces: [shop], labelSelectors: { app: web } } } }`;
    expect(needs(text, 'Deployment/shop/web')).toEqual([
      'disrupted-by NetworkChaos chaos/cut',
      'restricted-by NetworkPolicy shop/deny',
      'scaled-by HorizontalPodAutoscaler shop/web',
      'limited-by PodDisruptionBudget shop/web',
      'limited-by ResourceQuota shop/team',
      'admitted-by ValidatingWebhookConfiguration guard',
    ]);
    expect(needs(text, 'ValidatingWebhookConfiguration//guard')).toEqual(['backed-by Service guard/guard']);
  });

  it('knows the mesh objects that govern a Service', () => {
    const text = `objects:${service('reviews')}
  - { apiVersion: networking.istio.io/v1, kind: VirtualService, metadata: { name: reviews, namespace: shop }, spec: { hosts: [reviews], http: [{ route: [{ destination: { host: reviews-v2, subset: a } }] }] } }
  - { apiVersion: networking.istio.io/v1, kind: DestinationRule, metadata: { name: reviews, namespace: shop }, spec: { host: reviews.shop.svc.cluster.local } }`;
    expect(needs(text, 'Service/shop/reviews')).toEqual([
      'restricted-by DestinationRule shop/reviews',
      'restricted-by VirtualService shop/reviews',
    ]);
    expect(needs(text, 'VirtualService/shop/reviews')).toEqual(['routes-to Service shop/reviews-v2']);
  });
});
