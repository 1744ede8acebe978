import type { Command } from 'commander';
import { loadConfiguration } from '../config/load.ts';
import type { Settings } from '../config/settings.ts';
import type { Io } from './io.ts';

export interface StoreFlags {
  readonly config?: string;
  readonly dataDir?: string;
}

/** Adds where the database is; a URL comes from the environment or the file, for it holds a password. */
export function addStoreOptions(command: Command): Command {
  return command
    .option('--config <file>', 'configuration file (YAML); default: the variable HEADWATER_CONFIG')
    .option('--data-dir <directory>', 'directory of the embedded PostgreSQL (HEADWATER_DATA_DIR)');
}

/** The store settings as `serve` would have them. */
export function readStoreSettings(io: Io, { config, dataDir }: StoreFlags): Settings['store'] {
  const options = dataDir === undefined ? {} : { 'store.dataDir': { option: '--data-dir', value: dataDir } };
  return loadConfiguration({ env: io.env, path: config, options }).settings.store;
}
