import { Runtime } from '@headwater/contracts/http/operations.ts';
import { formatTime } from '@headwater/core/time.ts';
import type { Settings } from '../../config/settings.ts';
import { defineRoute } from '../route.ts';
import { BUILD } from './health.ts';

export const runtimeRoute = defineRoute({
  method: 'GET',
  url: '/api/runtime',
  operationId: 'getRuntime',
  summary: 'How this server is set up',
  tags: ['operations'],
  access: 'signed-in',
  responses: { 200: Runtime },
  handle: ({ services }) => runtimeOf(services.settings, services.startedAt),
});

function runtimeOf(settings: Settings, startedAt: number): Runtime {
  const { server, store, telemetry } = settings;
  const insecure = isInsecure(server);
  const signupEnabled = settings.auth.allowSignup;
  return {
    mode: 'server',
    roles: [...server.roles],
    store: store.databaseUrl ? 'external' : 'embedded',
    startedAt: formatTime(startedAt),
    build: BUILD,
    insecure,
    authEnabled: true,
    signupEnabled,
    writeActionsEnabled: settings.actions.writeActions,
    assistantEnabled: false,
    alertsEnabled: server.roles.includes('api'),
    telemetry: {
      prometheus: telemetry.prometheusUrl !== undefined,
      loki: telemetry.lokiUrl !== undefined,
      tempo: telemetry.tempoUrl !== undefined,
    },
    warnings: [
      ...(insecure
        ? ['The server listens beyond this machine without TLS; passwords and alerts can be read on the way.']
        : []),
      ...(signupEnabled ? ['Anyone who reaches the server can make themselves an account.'] : []),
      ...(server.roles.includes('worker')
        ? []
        : ['This process does no diagnoses; another one with the role worker must.']),
    ],
  };
}

const LOOPBACK = /^(127\.|::1$|localhost$)/;

function isInsecure(server: Settings['server']): boolean {
  const reachable = !LOOPBACK.test(server.host);
  const behindTls = server.publicUrl?.startsWith('https://') ?? false;
  return reachable && server.tlsCertFile === undefined && !behindTls;
}
