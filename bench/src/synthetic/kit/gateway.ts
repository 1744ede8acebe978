import type { Millis } from '@headwater/core/time.ts';
import { addService, type Application } from '@headwater/testkit/world/application.ts';
import { configMap } from '@headwater/testkit/world/objects.ts';
import type { Plan, Workload } from '@headwater/testkit/world/plan.ts';
import { container, podSpec } from '@headwater/testkit/world/pod-spec.ts';
import { daysBefore, type Scene } from '@headwater/testkit/world/scene.ts';
import { addWorkload } from '@headwater/testkit/world/workload.ts';

export type GatewayEngine = 'spring' | 'nginx' | 'kong';

export interface Route {
  readonly path: string;
  readonly host: string;
}

const ENGINES = {
  spring: { image: 'edge-router:2.3', key: 'application.yaml', mount: '/config', logs: 'spring' },
  nginx: { image: 'nginx:1.27.4', key: 'default.conf', mount: '/etc/nginx/conf.d', logs: 'quiet' },
  kong: { image: 'kong:3.9', key: 'kong.yml', mount: '/kong/declarative', logs: 'quiet' },
} as const;

export function gatewayEngine(scene: Scene): GatewayEngine {
  return scene.random.pick('gateway-engine', ['spring', 'nginx', 'kong'] as const);
}

export function gatewayName(scene: Scene): string {
  return scene.random.pick('gateway-name', ['api-gateway', 'edge', 'gateway', 'bff-router']);
}

export function gatewayConfig(scene: Scene): string {
  return `${gatewayName(scene)}-routes`;
}

/** Adds an API gateway of the team's own whose routes stand in a ConfigMap, edited at a time when `edited` is given. */
export function addGateway(
  plan: Plan,
  app: Application,
  options: { readonly routes: readonly Route[]; readonly edited?: { at: Millis; manager: string } },
): Workload {
  const { scene } = plan;
  const name = gatewayName(scene);
  const { image, key, mount, logs } = ENGINES[gatewayEngine(scene)];
  const main = container(name, {
    image: `${scene.cast.registry}/${image}`,
    port: 8080,
    mounts: { routes: mount },
    requests: { cpu: '100m', memory: '128Mi' },
    limits: { memory: '512Mi' },
    readiness: { httpGet: { path: '/health', port: 8080 } },
  });
  const volumes = [{ name: 'routes', configMap: { defaultMode: 420, name: gatewayConfig(scene) } }];
  const gateway = addWorkload(plan, app.namespace, name, { spec: podSpec([main], { volumes }), logs, replicas: 2 });
  addService(plan, gateway, { port: 80, name: 'http' });
  const text = render(gatewayEngine(scene), options.routes, app.port);
  plan.objects.push(
    configMap(scene, {
      namespace: app.namespace,
      name: gatewayConfig(scene),
      data: { [key]: text },
      created: daysBefore(scene, 55),
      ...(options.edited ? { edited: { ...options.edited, keys: [key] } } : {}),
    }),
  );
  return gateway;
}

function render(engine: GatewayEngine, routes: readonly Route[], port: number): string {
  if (engine === 'spring')
    return `spring:\n  cloud:\n    gateway:\n      routes:\n${routes
      .map(
        ({ path, host }) =>
          `      - id: ${path}\n        uri: http://${host}:${port}\n        predicates:\n        - Path=/${path}/**\n        filters:\n        - StripPrefix=1\n`,
      )
      .join('')}`;
  if (engine === 'kong')
    return `_format_version: "3.0"\nservices:\n${routes
      .map(
        ({ path, host }) =>
          `- name: ${path}\n  url: http://${host}:${port}\n  routes:\n  - name: ${path}\n    paths:\n    - /${path}\n    strip_path: true\n`,
      )
      .join('')}`;
  return `server {\n  listen 8080;\n  resolver kube-dns.kube-system.svc.cluster.local valid=10s;\n${routes
    .map(
      ({ path, host }) =>
        `  location /${path}/ {\n    set $backend http://${host}:${port};\n    rewrite ^/${path}/(.*)$ /$1 break;\n    proxy_pass $backend;\n  }\n`,
    )
    .join('')}  location /health { return 200; }\n}\n`;
}
