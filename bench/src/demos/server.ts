import type { Plan, Workload } from '@headwater/testkit/world/plan.ts';
import { part } from './stage.ts';

/** Configuration a web server can read. */
export const GOOD =
  'worker_processes 1;\nevents { worker_connections 64; }\nhttp {\n  server { listen 80; location / { return 200 "ok"; } }\n}\n';
/** The same with a directive nobody knows. */
export const BAD = `invalid_directive_that_breaks_nginx on;\n${GOOD}`;
/** What the server says of it. */
export const EMERG =
  'nginx: [emerg] unknown directive "invalid_directive_that_breaks_nginx" in /etc/nginx/nginx.conf:1';

/** A web server of two replicas whose configuration is one mounted ConfigMap. */
export function addServer(
  plan: Plan,
  namespace: string,
  name: string,
  options: { config: string; manager?: string },
): Workload {
  const { config, manager } = options;
  return part(plan, namespace, name, {
    image: 'nginx:1.27-alpine',
    container: name === 'api-gateway' ? 'nginx' : name,
    port: 80,
    probes: '/',
    replicas: 2,
    mounts: { config: '/etc/nginx' },
    memory: ['32Mi', '64Mi'],
    cpu: ['10m', '50m'],
    spec: { volumes: [{ name: 'config', configMap: { defaultMode: 420, name: config } }] },
    ...(manager ? { manager } : {}),
  });
}
