import { highErrorRate } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { complaining } from '@headwater/testkit/world/caller-logs.ts';
import type { Scene } from '@headwater/testkit/world/scene.ts';
import { clusterAddress } from '@headwater/testkit/world/service.ts';
import { restart } from '@headwater/testkit/world/workload.ts';
import { stamp } from '@headwater/testkit/world/scene.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { editorOf } from '../../kit/edits.ts';
import { addGateway, gatewayConfig, gatewayEngine, gatewayName } from '../../kit/gateway.ts';

const pathOf = (name: string): string => name.replace(/^svc-|-service$|-api$/g, '');

/** Where the edit sent the catalog's requests: to another application, or to a name that is not there. */
function wrongHost(scene: Scene): { host: string; exists: boolean } {
  const { cast } = scene;
  return scene.random.pick('wrong-host', [
    { host: cast.payments, exists: true },
    { host: cast.orders, exists: true },
    { host: `${cast.catalog}-v2`, exists: false },
    { host: `${cast.catalog}.legacy`, exists: false },
  ]);
}

/** The route table of the gateway sends one path to the wrong Service. */
export const fault: Fault = {
  code: 'V08',
  name: 'gateway route points to the wrong service',
  lookAlikes: ['V06', 'L03', 'D02', 'C04'],
  scenario: {
    slug: 'v08-route-misplaced',
    title: 'One path of the public interface fails, the others are fine',
    families: ['service', 'configuration'],
    build(scene) {
      const { plan, app } = basePlan(scene, { needs: ['payments'] });
      const { orders, catalog, payments, port } = app;
      const at = scene.around('edit', 27);
      const wrong = wrongHost(scene);
      const routes = [orders, catalog, payments].map(({ name }) => ({
        path: pathOf(name),
        host: name === catalog.name && !scene.repaired ? wrong.host : name,
      }));
      const editedAt = scene.repaired ? scene.repairedAt : at;
      const gateway = addGateway(plan, app, { routes, edited: { at: editedAt, manager: editorOf(scene) } });
      const path = `/${pathOf(catalog.name)}/items/42`;
      const message = wrong.exists ? passedOn(scene, path) : unresolved(scene, path, wrong.host);
      restart(gateway, at + 20_000, stamp(at + 20_000));
      if (scene.repaired) restart(gateway, scene.repairedAt + 20_000, stamp(scene.repairedAt + 20_000));
      complaining(plan, gateway, {
        complaints: [
          { since: at + 40_000, every: 25, say: () => ({ level: wrong.exists ? 'warn' : 'error', message }) },
        ],
        paths: [`/${pathOf(orders.name)}/recent`, `/${pathOf(payments.name)}/1`],
      });
      const receiver = [orders, payments].find(({ name }) => name === wrong.host);
      if (receiver)
        complaining(plan, receiver, {
          complaints: [
            {
              since: at + 40_000,
              every: 25,
              say: () => ({
                level: 'warn',
                message: notMine(receiver.logStyle),
                fields: { status: 404, path: '/items/42' },
              }),
            },
          ],
        });
      highErrorRate(plan, gateway, { since: at, percent: scene.random.int('percent', 20, 40) });
      return plan;

      function unresolved(_scene: Scene, url: string, host: string): string {
        const dns = clusterAddress(scene, { namespace: 'kube-system', name: 'kube-dns' });
        return {
          spring: `500 Server Error for HTTP GET "${url}": java.net.UnknownHostException: Failed to resolve '${host}' [A(1)] after 2 queries`,
          nginx: `[error] 29#29: *${port} ${host} could not be resolved (3: Host not found), client: 10.0.3.7, server: , request: "GET ${url} HTTP/1.1", resolver: ${dns}:53`,
          kong: `[error] 1299#0: *${port} [kong] balancer.lua:312 [dns] failed the initial dns/balancer resolve for '${host}' with: dns server error: 3 name error, request: "GET ${url} HTTP/1.1"`,
        }[gatewayEngine(scene)];
      }
    },
    expected: (scene) =>
      causeIs({
        causes: [
          { kind: 'ConfigMap', namespace: scene.cast.namespace, name: gatewayConfig(scene) },
          { kind: 'Deployment', namespace: scene.cast.namespace, name: gatewayName(scene) },
        ],
        category: ['gateway-misroute'],
        keywords: [[wrongHost(scene).host], [pathOf(scene.cast.catalog)]],
        not: [
          { category: 'service-missing' },
          { category: 'dns-down' },
          { kind: 'Deployment', namespace: scene.cast.namespace, name: scene.cast.catalog },
        ],
      }),
  },
};

function passedOn(scene: Scene, url: string): string {
  const address = `${scene.cluster.podNetwork}.1.9`;
  return {
    spring: `HTTP GET "${url}" completed: 404 NOT_FOUND`,
    nginx: `${address} - - "GET ${url} HTTP/1.1" 404 153 "-" "okhttp/4.12.0"`,
    kong: `${address} - - "GET ${url} HTTP/1.1" 404 48 "-" "axios/1.7.9"`,
  }[gatewayEngine(scene)];
}

function notMine(style: string): string {
  if (style === 'spring')
    return 'Resolved [org.springframework.web.servlet.resource.NoResourceFoundException: No static resource items/42.]';
  if (style === 'python') return 'Not Found: /items/42';
  return 'no route for GET /items/42';
}
