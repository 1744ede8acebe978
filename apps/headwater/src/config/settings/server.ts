import { choice, duration, flag, int, list, text } from '../kinds.ts';
import { optional, setting } from '../setting.ts';

/** The process and its HTTP server. */
export const serverSettings = {
  roles: setting({
    env: 'HEADWATER_ROLES',
    kind: list(choice('api', 'worker')),
    default: ['api', 'worker'],
    help: 'What this process does: `api` answers HTTP, `worker` correlates, collects and diagnoses. Replicas may differ.',
  }),
  host: setting({
    env: 'HEADWATER_HOST',
    kind: text,
    default: '127.0.0.1',
    help: 'Address to listen on; `0.0.0.0` or `::` for every interface.',
  }),
  port: setting({
    env: 'HEADWATER_PORT',
    aliases: ['PORT'],
    kind: int(0, 65_535),
    default: 8080,
    help: 'Port to listen on; 0 takes any free one.',
  }),
  publicUrl: optional({
    env: 'HEADWATER_PUBLIC_URL',
    aliases: ['FRONTEND_URL'],
    kind: text,
    help: 'The address people use in the browser, when a proxy stands in front; links and origin checks use it.',
  }),
  trustProxy: setting({
    env: 'HEADWATER_TRUST_PROXY',
    kind: list(text),
    default: [],
    help: 'Addresses or CIDR ranges of reverse proxies whose `X-Forwarded-*` headers are believed.',
  }),
  corsOrigins: setting({
    env: 'HEADWATER_CORS_ORIGINS',
    aliases: ['CORS_ALLOWED_ORIGINS'],
    kind: list(text),
    default: [],
    help: 'Other origins whose pages may call the API with credentials.',
  }),
  tlsCertFile: optional({
    env: 'HEADWATER_TLS_CERT_FILE',
    kind: text,
    help: 'PEM certificate chain; with `HEADWATER_TLS_KEY_FILE` the server speaks HTTPS.',
  }),
  tlsKeyFile: optional({
    env: 'HEADWATER_TLS_KEY_FILE',
    kind: text,
    help: 'PEM private key of the certificate.',
  }),
  tlsClientCaFile: optional({
    env: 'HEADWATER_TLS_CLIENT_CA_FILE',
    kind: text,
    help: 'PEM authorities whose client certificates are accepted (mutual TLS).',
  }),
  tlsClientRequired: setting({
    env: 'HEADWATER_TLS_CLIENT_REQUIRED',
    kind: flag,
    default: false,
    help: 'Refuse connections without a client certificate signed by `HEADWATER_TLS_CLIENT_CA_FILE`.',
  }),
  pageDir: optional({
    env: 'HEADWATER_PAGE_DIR',
    kind: text,
    help: 'Directory of the built page; by default the one that comes with Headwater.',
  }),
  shutdownDelay: setting({
    env: 'HEADWATER_SHUTDOWN_DELAY',
    kind: duration(0, 120_000),
    default: 0,
    help: 'How long requests are still taken after SIGTERM while readiness already says no; behind a balancer, a few seconds.',
  }),
  shutdownTimeout: setting({
    env: 'HEADWATER_SHUTDOWN_TIMEOUT',
    kind: duration(0, 600_000),
    default: 20_000,
    help: 'How long running requests and jobs may take to end after SIGTERM.',
  }),
  logLevel: setting({
    env: 'HEADWATER_LOG_LEVEL',
    aliases: ['LOG_LEVEL'],
    kind: choice('debug', 'info', 'warn', 'error'),
    default: 'info',
    help: 'The least important log lines that are written.',
  }),
};
