import type { Plan, Workload } from '@headwater/testkit/world/plan.ts';
import { crashLooping } from '@headwater/testkit/world/pod-states/crash.ts';
import { fireCrashLoop, part, patch } from './stage.ts';

const IMAGE = 'quay.io/sclorg/postgresql-15-c9s:latest';
/** What the injected command does. */
export const BAD_COMMAND = ['sh', '-c', 'echo INJECTED FAULT: postgres forced crash; exit 1'];

/** The shared database of a cascade: one Deployment with a start-up check of its own configuration. */
export function addPostgres(plan: Plan, namespace: string): Workload {
  return part(plan, namespace, 'postgres', {
    image: IMAGE,
    port: 5432,
    command: ['sh', '-c'],
    args: [
      'CONFIG=/etc/postgres-config/config.yaml\nif grep -q "invalid_directive" "$CONFIG"; then exit 1; fi\nexec /usr/bin/run-postgresql\n',
    ],
    env: { POSTGRESQL_USER: 'demo', POSTGRESQL_PASSWORD: '<redacted>', POSTGRESQL_DATABASE: 'demo' },
    mounts: { config: '/etc/postgres-config/config.yaml' },
    memory: ['128Mi', '256Mi'],
    cpu: ['50m', '200m'],
    readiness: { exec: { command: ['pg_isready', '-U', 'demo'] }, initialDelaySeconds: 10 },
    spec: { volumes: [{ name: 'config', configMap: { defaultMode: 420, name: 'postgres-config' } }] },
  });
}

/** A client that asks the database every ten seconds and exits at the first failure. */
export function addClient(plan: Plan, namespace: string, options: { name: string; host: string }): Workload {
  const { name, host } = options;
  return part(plan, namespace, name, {
    image: IMAGE,
    container: 'app',
    command: ['sh', '-c'],
    args: [
      `echo "[${name}] Starting -- depends on ${host}:5432"\nwhile true; do\n  if psql -h ${host} -U demo -d demo -t -c "SELECT 1"; then sleep 10; else\n    echo "[${name}] FATAL: Cannot connect to ${host}:5432 -- exiting"\n    exit 1\n  fi\ndone\n`,
    ],
    memory: ['32Mi', '64Mi'],
    cpu: ['5m', '50m'],
  });
}

/** The client crash-loops since a time, and its alert fires. */
export function clientLoses(plan: Plan, client: Workload, loss: { host: string; at: number }): void {
  const { name } = client;
  client.progress = 'complete';
  client.pods = [
    {
      revision: 'current',
      state: crashLooping({
        exitCode: 1,
        ran: 3,
        since: loss.at,
        says: [
          `[${name}] Starting -- depends on ${loss.host}:5432`,
          `[${name}] FATAL: Cannot connect to ${loss.host}:5432 -- exiting`,
        ],
      }),
    },
  ];
  fireCrashLoop(plan, client, loss.at);
}

/** Replaces the database by one that exits at once. */
export function crashPostgres(postgres: Workload, at: number): void {
  patch(postgres, {
    at,
    through: true,
    spec: ({ containers: [main] }) => {
      if (main) main.command = [...BAD_COMMAND];
    },
    state: crashLooping({ exitCode: 1, ran: 1, says: ['INJECTED FAULT: postgres forced crash'] }),
  });
  postgres.specExtra = { strategy: { type: 'Recreate' } };
}
