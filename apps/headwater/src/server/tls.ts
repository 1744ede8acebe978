import { readFileSync } from 'node:fs';
import type { ServerOptions } from 'node:https';
import { AppError, messageOf } from '@headwater/core/errors.ts';
import type { Settings } from '../config/settings.ts';

/** The TLS options the settings ask for; undefined for plain HTTP. Throws naming the file that cannot be read. */
export function tlsOptions(server: Settings['server']): ServerOptions | undefined {
  const { tlsCertFile, tlsKeyFile, tlsClientCaFile, tlsClientRequired } = server;
  if (tlsCertFile === undefined || tlsKeyFile === undefined) return undefined;
  return {
    cert: pem(tlsCertFile, 'HEADWATER_TLS_CERT_FILE'),
    key: pem(tlsKeyFile, 'HEADWATER_TLS_KEY_FILE'),
    minVersion: 'TLSv1.2',
    ...(tlsClientCaFile !== undefined && {
      ca: pem(tlsClientCaFile, 'HEADWATER_TLS_CLIENT_CA_FILE'),
      requestCert: true,
      // Without being required a certificate is only one way to say who sends; people sign in without one.
      rejectUnauthorized: tlsClientRequired,
    }),
  };
}

function pem(path: string, variable: string): string {
  try {
    const text = readFileSync(path, 'utf8');
    if (text.includes('-----BEGIN ')) return text;
  } catch (error) {
    throw new AppError('not_found', `${variable}: cannot read ${path}: ${messageOf(error)}`, { cause: error });
  }
  throw new AppError('invalid', `${variable}: ${path} holds no PEM; expected -----BEGIN ...`);
}
