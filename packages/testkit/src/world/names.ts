import type { Random } from './random.ts';

/** Who plays which part in one world; every name is picked by the seed. */
export interface Cast {
  readonly organisation: string;
  readonly registry: string;
  readonly domain: string;
  readonly namespace: string;
  readonly frontend: string;
  /** Calls catalog, payments, cache, queue and database. */
  readonly orders: string;
  readonly catalog: string;
  readonly payments: string;
  /** Reads the queue, has no Service. */
  readonly worker: string;
  /** Nobody depends on it. */
  readonly extra: string;
  readonly cache: string;
  readonly queue: string;
  readonly database: string;
  readonly engines: { readonly cache: CacheEngine; readonly queue: QueueEngine; readonly database: DatabaseEngine };
  /** Another team's namespace and its one application. */
  readonly otherNamespace: string;
  readonly otherApp: string;
  readonly manager: string;
}

export type CacheEngine = 'redis' | 'valkey';
export type QueueEngine = 'rabbitmq' | 'nats';
export type DatabaseEngine = 'postgres' | 'mysql';

interface Theme {
  readonly namespaces: readonly string[];
  readonly frontend: readonly string[];
  readonly orders: readonly string[];
  readonly catalog: readonly string[];
  readonly payments: readonly string[];
  readonly worker: readonly string[];
}

const THEMES: readonly Theme[] = [
  {
    namespaces: ['shop', 'retail', 'webshop', 'store-prod'],
    frontend: ['storefront', 'shopfront', 'web'],
    orders: ['checkout', 'orders', 'basket'],
    catalog: ['catalog', 'products', 'inventory'],
    payments: ['payments', 'billing', 'charges'],
    worker: ['mailer', 'fulfilment', 'shipping'],
  },
  {
    namespaces: ['bank', 'core-banking', 'finance'],
    frontend: ['netbank', 'portal', 'mobile-bff'],
    orders: ['transfers', 'accounts', 'ledger'],
    catalog: ['rates', 'customers', 'limits'],
    payments: ['cards', 'settlement', 'clearing'],
    worker: ['statements', 'notifier', 'reconciler'],
  },
  {
    namespaces: ['travel', 'booking-prod', 'trips'],
    frontend: ['site', 'booking-web', 'traveller'],
    orders: ['reservations', 'bookings', 'itinerary'],
    catalog: ['search', 'fares', 'availability'],
    payments: ['pricing', 'refunds', 'invoices'],
    worker: ['emailer', 'ticketing', 'sync'],
  },
  {
    namespaces: ['media', 'streaming', 'vod'],
    frontend: ['player-web', 'home', 'tv-app'],
    orders: ['playback', 'sessions', 'entitlements'],
    catalog: ['library', 'metadata', 'titles'],
    payments: ['subscriptions', 'licences', 'plans'],
    worker: ['thumbnailer', 'ingest', 'packager'],
  },
  {
    namespaces: ['logistics', 'freight', 'dispatch-prod'],
    frontend: ['console', 'tracker', 'carrier-web'],
    orders: ['shipments', 'dispatch', 'consignments'],
    catalog: ['depots', 'routes', 'vehicles'],
    payments: ['tariffs', 'customs', 'quotes'],
    worker: ['labels', 'geocoder', 'planner'],
  },
  {
    namespaces: ['clinic', 'care', 'health-prod'],
    frontend: ['patient-web', 'frontdesk', 'portal'],
    orders: ['appointments', 'visits', 'admissions'],
    catalog: ['records', 'practitioners', 'labs'],
    payments: ['claims', 'coverage', 'fees'],
    worker: ['reminders', 'faxer', 'exporter'],
  },
];

const STYLES: readonly ((name: string) => string)[] = [
  (name) => name,
  (name) => name,
  (name) => `${name}-service`,
  (name) => `${name}-api`,
  (name) => `svc-${name}`,
];

const ORGANISATIONS = ['acme', 'northwind', 'globex', 'initech', 'umbra', 'contoso'];

/** Picks the names of one world. */
export function castOf(random: Random): Cast {
  const theme = random.pick('theme', THEMES);
  const style = random.pick('name-style', STYLES);
  const namespace = random.pick('namespace', theme.namespaces);
  const organisation = random.pick('organisation', ORGANISATIONS);
  const engines = {
    cache: random.pick('cache-engine', ['redis', 'valkey'] as const),
    queue: random.pick('queue-engine', ['rabbitmq', 'nats'] as const),
    database: random.pick('database-engine', ['postgres', 'mysql'] as const),
  };
  return {
    organisation,
    domain: `${organisation}.example`,
    registry: random.pick('registry', [
      `registry.${organisation}.example/${namespace}`,
      `ghcr.io/${organisation}`,
      `${organisation}.azurecr.io/${namespace}`,
      `europe-docker.pkg.dev/${organisation}-prod/apps`,
    ]),
    namespace,
    frontend: random.pick('frontend', theme.frontend),
    orders: style(random.pick('orders', theme.orders)),
    catalog: style(random.pick('catalog', theme.catalog)),
    payments: style(random.pick('payments', theme.payments)),
    worker: random.pick('worker', [
      `${random.pick('worker-name', theme.worker)}-worker`,
      random.pick('worker-name', theme.worker),
    ]),
    extra: random.pick('extra', ['feedback', 'recommendations', 'banner', 'newsletter', 'audit', 'wishlist']),
    cache: random.pick('cache', [engines.cache, `${namespace}-cache`, 'session-cache']),
    queue: random.pick('queue', [engines.queue, `${namespace}-queue`, 'message-bus']),
    database: random.pick('database', [engines.database, `${namespace}-db`, 'maindb']),
    engines,
    otherNamespace: random.pick('other-namespace', [
      'analytics',
      'reporting',
      'data-platform',
      'marketing',
      'search-indexing',
    ]),
    otherApp: random.pick('other-app', ['dashboards', 'segmenter', 'event-loader', 'campaigns', 'indexer']),
    manager: random.pick('manager', ['helm', 'argocd-controller', 'kubectl-client-side-apply', 'Go-http-client']),
  };
}
