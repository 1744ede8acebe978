import { text } from '../kinds.ts';
import { optional, setting } from '../setting.ts';

/** Where everything is kept. */
export const storeSettings = {
  dataDir: setting({
    env: 'HEADWATER_DATA_DIR',
    kind: text,
    default: './headwater-data',
    help: 'Directory of the embedded PostgreSQL; unused when a database URL is given.',
  }),
  cacheDir: optional({
    env: 'HEADWATER_CACHE_DIR',
    kind: text,
    help: 'Directory the programs of the embedded PostgreSQL are copied to once; default: in the data directory. One that outlives data directories saves 60 MB and half a second for each.',
  }),
  databaseUrl: optional({
    env: 'HEADWATER_DATABASE_URL',
    aliases: ['DATABASE_URL'],
    kind: text,
    secret: true,
    help: 'PostgreSQL 15 or newer to use instead of the embedded one, such as `postgres://user:password@host/headwater`.',
  }),
};
