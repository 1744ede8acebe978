import type { Settings } from './settings.ts';

/** What settings demand of each other; each rule says its faults in words. */
export const RULES: readonly ((settings: Settings) => readonly string[])[] = [
  ({ server }) =>
    (server.tlsCertFile === undefined) === (server.tlsKeyFile === undefined)
      ? []
      : ['HEADWATER_TLS_CERT_FILE and HEADWATER_TLS_KEY_FILE: one is given without the other'],
  ({ server }) =>
    server.tlsClientRequired && !server.tlsClientCaFile
      ? ['HEADWATER_TLS_CLIENT_REQUIRED needs HEADWATER_TLS_CLIENT_CA_FILE: whose certificates shall be accepted?']
      : [],
  ({ server }) =>
    server.tlsClientCaFile && !server.tlsCertFile
      ? ['HEADWATER_TLS_CLIENT_CA_FILE needs HEADWATER_TLS_CERT_FILE: client certificates exist only inside TLS']
      : [],
  ({ server }) =>
    server.corsOrigins
      .filter((origin) => URL.parse(origin)?.origin !== origin)
      .map(
        (origin) => `HEADWATER_CORS_ORIGINS: ${JSON.stringify(origin)} is not an origin such as https://ops.example`,
      ),
  ({ server }) => (server.roles.length === 0 ? ['HEADWATER_ROLES: expected at least one of api, worker'] : []),
];
