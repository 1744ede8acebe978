import manifest from '../package.json' with { type: 'json' };

/** The version of the executable and of the engine in it. */
export const VERSION: string = manifest.version;
