import { addNamespace } from '@headwater/testkit/world/objects.ts';
import { fromSecret } from '@headwater/testkit/world/pod-spec.ts';
import type { Plan, Workload } from '@headwater/testkit/world/plan.ts';
import { part } from './stage.ts';

export const SHOP = 'astronomy-shop';
export type ShopPart =
  | 'frontend-proxy'
  | 'frontend'
  | 'cart'
  | 'product-catalog'
  | 'currency'
  | 'valkey-cart'
  | 'postgresql';
export type Shop = Readonly<Record<ShopPart, Workload>>;

/** A shop of services in several languages behind one Envoy. */
export function addShop(plan: Plan): Shop {
  addNamespace(plan, SHOP, { days: 2 });
  const service = (
    name: ShopPart,
    env: Record<string, string>,
    more: { port?: number; image?: string } = {},
  ): Workload =>
    part(plan, SHOP, name, {
      image: more.image ?? `ghcr.io/open-telemetry/demo:2.0.2-${name}`,
      port: more.port ?? 8080,
      env: { OTEL_SERVICE_NAME: name, ...env },
      labels: { 'app.kubernetes.io/component': name, 'app.kubernetes.io/name': name },
      memory: ['128Mi', '300Mi'],
      manager: 'helm',
    });
  const catalog = service('product-catalog', {});
  catalog.spec.containers[0]?.env?.push({
    name: 'DB_CONNECTION_STRING',
    valueFrom: fromSecret('product-catalog-db-conn', 'DB_CONNECTION_STRING'),
  });
  return {
    'frontend-proxy': service('frontend-proxy', {
      FRONTEND_HOST: 'frontend',
      FRONTEND_PORT: '8080',
      ENVOY_PORT: '8080',
    }),
    frontend: service('frontend', {
      CART_ADDR: 'cart:8080',
      CURRENCY_ADDR: 'currency:8080',
      PRODUCT_CATALOG_ADDR: 'product-catalog:8080',
    }),
    cart: service('cart', { VALKEY_ADDR: 'valkey-cart:6379' }),
    'product-catalog': catalog,
    currency: service('currency', {}),
    'valkey-cart': service('valkey-cart', {}, { port: 6379, image: 'valkey/valkey:8.1.1-alpine' }),
    postgresql: service(
      'postgresql',
      { POSTGRES_DB: 'otel', POSTGRES_USER: 'root' },
      { port: 5432, image: 'postgres:17.6' },
    ),
  };
}

/** An access line of the edge. */
export function edgeLine(
  time: number,
  answer: { status: number; flags: string; details: string; upstream?: string },
): string {
  const { status, flags, details, upstream = '"-"' } = answer;
  return `[${new Date(time).toISOString()}] "GET /api/products HTTP/1.1" ${status} ${flags} ${details} - "-" 0 ${status === 200 ? 1843 : 145} 2 - "10.1.2.3" "python-requests/2.32" "-" "frontend-proxy:8080" ${upstream} frontend - -`;
}
