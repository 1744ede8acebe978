import { readFileSync } from 'node:fs';
import { AppError, messageOf } from '@headwater/core/errors.ts';
import { type ConfigSources, type Configuration, readConfiguration } from './read.ts';

export interface LoadOptions {
  readonly env: ConfigSources['env'];
  /** `--config`; else HEADWATER_CONFIG names the file. */
  readonly path?: string | undefined;
  readonly options?: ConfigSources['options'];
}

/** Reads the configuration of this process from its environment, its file and the files its secrets are in. */
export function loadConfiguration({ env, path, options }: LoadOptions): Configuration {
  const file = path ?? (env['HEADWATER_CONFIG'] || undefined);
  return readConfiguration({
    env,
    options: options ?? {},
    file: file === undefined ? undefined : { path: file, text: readConfigFile(file) },
    readSecret: (secret) => readFileSync(secret, 'utf8'),
  });
}

function readConfigFile(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new AppError('not_found', `cannot read the configuration file ${path}: ${messageOf(error)}`, {
      cause: error,
    });
  }
}
