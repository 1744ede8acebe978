import type { Json } from '@headwater/testkit/world/json.ts';
import { addNamespace } from '@headwater/testkit/world/objects.ts';
import type { Plan, Workload } from '@headwater/testkit/world/plan.ts';
import { part, says } from './stage.ts';

export const HOTEL = 'hotel-reservation';

const GO_PARTS = { frontend: 5000, profile: 8081, search: 8082, geo: 8083, rate: 8084, recommendation: 8085 } as const;
type Store = 'mongodb-geo' | 'mongodb-rate';
export type Hotel = Readonly<Record<keyof typeof GO_PARTS | Store, Workload>>;

/** A hotel-booking application of Go services that call each other by gRPC, each with its document store. */
export function addHotel(plan: Plan): Hotel {
  addNamespace(plan, HOTEL, { days: 2 });
  const labels = (name: string): Record<string, string> => ({ 'io.kompose.service': name });
  const service = (name: keyof typeof GO_PARTS, env: Readonly<Record<string, string | Json>> = {}): Workload =>
    part(plan, HOTEL, name, {
      image: 'yinfangchen/hotelreservation:latest',
      container: `hotel-reserv-${name}`,
      command: [name],
      port: GO_PARTS[name],
      env: { DLOG: 'ERROR', ...env },
      labels: labels(name),
      cpu: ['100m', '1000m'],
    });
  const store = (name: Store): Workload =>
    part(plan, HOTEL, name, {
      image: 'mongo:4.4.6',
      container: name,
      port: 27_017,
      labels: labels(name),
      mounts: { data: '/data/db', scripts: '/scripts' },
      spec: {
        volumes: [
          { name: 'data', emptyDir: {} },
          { name: 'scripts', configMap: { defaultMode: 493, name: `${name}-script` } },
        ],
      },
    });
  return {
    frontend: service('frontend', {
      GEO_ADDR: 'geo:8083',
      PROFILE_ADDR: 'profile:8081',
      RECOMMENDATION_ADDR: 'recommendation:8085',
      SEARCH_ADDR: 'search:8082',
    }),
    profile: service('profile'),
    search: service('search', { GEO_ADDR: 'geo:8083', RATE_ADDR: 'rate:8084' }),
    geo: service('geo', { MONGO_ADDR: 'mongodb-geo:27017' }),
    rate: service('rate', { MONGO_ADDR: 'mongodb-rate:27017' }),
    recommendation: service('recommendation'),
    'mongodb-geo': store('mongodb-geo'),
    'mongodb-rate': store('mongodb-rate'),
  };
}

/** Lets a Go service print one JSON error again and again. */
export function hotelErrors(
  plan: Plan,
  workload: Workload,
  talk: { since: number; message: string; level?: string; every?: number },
): void {
  const { since, message, level = 'error', every = 12 } = talk;
  says(plan, workload, {
    since,
    every,
    line: (time) => JSON.stringify({ level, time: new Date(time).toISOString(), message }),
  });
}
