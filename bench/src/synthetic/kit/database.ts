import { type Application, databasePort } from '@headwater/testkit/world/application.ts';
import type { Plan, Workload } from '@headwater/testkit/world/plan.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import type { DatabaseCall } from './database-words.ts';

/** What a client's words say about its way to the database; realises the database, so change it before. */
export function databaseCall(plan: Plan, app: Application, caller: Workload): DatabaseCall {
  const { scene } = plan;
  const [server] = realise(plan, app.database).pods;
  const { podNetwork } = scene.cluster;
  return {
    host: app.database.name,
    address: server?.frame.ip ?? `${podNetwork}.0.9`,
    port: databasePort(scene),
    user: databaseUser(plan),
    from: `${podNetwork}.1.${scene.random.int(`from/${caller.name}`, 3, 250)}`,
  };
}

/** The role every client of the application logs in as. */
export function databaseUser(plan: Plan): string {
  return `${plan.scene.cast.namespace.replaceAll('-', '_')}_app`;
}

/** Labels of the database's exporter. */
export function exporterLabels(plan: Plan, app: Application): Record<string, string> {
  const mysql = plan.scene.cast.engines.database === 'mysql';
  return {
    instance: `${app.database.name}:${mysql ? 9104 : 9187}`,
    job: mysql ? 'mysqld-exporter' : 'postgres-exporter',
    namespace: app.namespace,
    service: app.database.name,
  };
}
