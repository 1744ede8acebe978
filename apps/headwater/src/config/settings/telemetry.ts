import { text, url } from '../kinds.ts';
import { optional } from '../setting.ts';

/** Where metrics, logs and traces of the clusters are read; each is optional, and what is absent becomes a gap. */
export const telemetrySettings = {
  prometheusUrl: optional({
    env: 'HEADWATER_PROMETHEUS_URL',
    aliases: ['PROMETHEUS_URL'],
    kind: url,
    help: 'Prometheus, or anything that speaks its query API.',
  }),
  prometheusTokenFile: optional({
    env: 'HEADWATER_PROMETHEUS_TOKEN_FILE',
    kind: text,
    help: 'File with the bearer token for Prometheus.',
  }),
  lokiUrl: optional({
    env: 'HEADWATER_LOKI_URL',
    aliases: ['LOKI_URL'],
    kind: url,
    help: 'Loki, for logs older than the Pods that wrote them.',
  }),
  lokiTenant: optional({
    env: 'HEADWATER_LOKI_TENANT',
    aliases: ['LOKI_TENANT_ID'],
    kind: text,
    help: 'Tenant sent to Loki as `X-Scope-OrgID`.',
  }),
  lokiTokenFile: optional({
    env: 'HEADWATER_LOKI_TOKEN_FILE',
    kind: text,
    help: 'File with the bearer token for Loki.',
  }),
  tempoUrl: optional({
    env: 'HEADWATER_TEMPO_URL',
    aliases: ['TEMPO_URL'],
    kind: url,
    help: 'Tempo, for traces.',
  }),
  tempoTenant: optional({
    env: 'HEADWATER_TEMPO_TENANT',
    aliases: ['TEMPO_TENANT_ID'],
    kind: text,
    help: 'Tenant sent to Tempo as `X-Scope-OrgID`.',
  }),
  tempoTokenFile: optional({
    env: 'HEADWATER_TEMPO_TOKEN_FILE',
    kind: text,
    help: 'File with the bearer token for Tempo.',
  }),
};
