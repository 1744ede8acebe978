import type { Millis } from '@headwater/core/time.ts';
import type { Application } from '@headwater/testkit/world/application.ts';
import type { Plan, Workload } from '@headwater/testkit/world/plan.ts';
import { requestsAround } from './spans.ts';

/** Requests of a client that end in a failing statement, in the clusters that trace their databases' clients. */
export function databaseRequests(
  plan: Plan,
  app: Application,
  call: { readonly client: Workload; readonly since: Millis; readonly error: string },
): void {
  const { scene } = plan;
  if (!scene.random.chance('database-traced', 0.6)) return;
  const { client, since, error } = call;
  requestsAround(plan, since, (faulty) => ({
    legs: [{ workload: client, operation: `POST /${client.name}`, own: 7, error: faulty ? error : undefined }],
    outward: {
      name: 'INSERT app',
      took: 5,
      error: faulty ? error : undefined,
      attributes: {
        'db.system': scene.cast.engines.database === 'mysql' ? 'mysql' : 'postgresql',
        'server.address': app.database.name,
      },
    },
  }));
}
