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
  ({ auth }) =>
    auth.cookieSameSite === 'none' && !auth.cookieSecure
      ? [
          'HEADWATER_AUTH_COOKIE_SAMESITE: none needs HEADWATER_AUTH_COOKIE_SECURE; browsers drop such a cookie otherwise',
        ]
      : [],
  ({ auth }) =>
    [auth.cookiePath, auth.cookieDomain ?? ''].some((value) => /[;,\s]/.test(value)) || !auth.cookiePath.startsWith('/')
      ? ['HEADWATER_AUTH_COOKIE_PATH and _DOMAIN: expected a path that begins with / and a bare domain']
      : [],
  ({ auth }) =>
    auth.jwtSecret !== undefined && auth.jwtSecret.length < 32
      ? ['HEADWATER_JWT_SECRET: expected at least 32 characters, such as the output of `openssl rand -base64 48`']
      : [],
  ({ auth }) =>
    auth.trustedOrigins
      .filter((origin) => URL.parse(origin)?.origin !== origin)
      .map(
        (origin) => `HEADWATER_TRUSTED_ORIGINS: ${JSON.stringify(origin)} is not an origin such as https://ops.example`,
      ),
  ({ server }) => (server.roles.length === 0 ? ['HEADWATER_ROLES: expected at least one of api, worker'] : []),
];
