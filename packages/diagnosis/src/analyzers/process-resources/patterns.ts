import { RUNTIME_MEMORY } from '../../logs/error-classes.ts';
import type { Product } from '../_shared/dependencies.ts';
import type { LogMatch } from '../_shared/log-hits.ts';

export type Resource = 'shared-memory' | 'file-descriptors' | 'threads' | 'ephemeral-ports' | 'heap';

export interface Exhaustion extends LogMatch {
  readonly resource: Resource;
  /** The server whose words these are, also where its client logs them. */
  readonly server?: Product;
}

// PostgreSQL names its segments after itself and tells the client whose statement failed.
const SERVER_WORDS: readonly (readonly [Product, RegExp])[] = [
  ['postgres', /shared memory segment \\?"?\/PostgreSQL\./i],
];

const PATTERNS: readonly (readonly [Resource, RegExp])[] = [
  [
    'shared-memory',
    /could not resize shared memory segment|\/dev\/shm.{0,160}(?:no space left|ENOSPC)|(?:no space left|ENOSPC).{0,160}\/dev\/shm|insufficient shared memory|shm_open.{0,80}no space|bus error.{0,80}shared memory/i,
  ],
  ['file-descriptors', /too many open files|\bEMFILE\b|\bENFILE\b/i],
  [
    'threads',
    /unable to create (?:new )?native thread|pthread_create(?:\(\))? failed|can't (?:start new|create) thread|failed to create new OS thread|fork: (?:retry: )?resource temporarily unavailable|cannot fork\b|thread creation failed|libuv.{0,40}uv_thread_create/i,
  ],
  ['ephemeral-ports', /cannot assign requested address|\bEADDRNOTAVAIL\b/i],
  ['heap', RUNTIME_MEMORY],
];

// A word without which no expression matches: most lines end here.
const HINT =
  /memory|\/dev\/shm|shm_open|too many open files|EMFILE|ENFILE|thread|fork|assign requested|EADDRNOTAVAIL|heap limit|stack exceeds/i;

/** Reads a line that says a process ran into a limit of its own. */
export function readExhaustion(line: string): Exhaustion | null {
  if (!HINT.test(line)) return null;
  for (const [resource, pattern] of PATTERNS) {
    if (!pattern.test(line)) continue;
    // A server that cannot bind has a wrong address; only a client runs out of source ports.
    if (resource === 'ephemeral-ports' && /\b(?:bind|listen)/i.test(line)) return null;
    const server = SERVER_WORDS.find(([, words]) => words.test(line))?.[0];
    return { key: resource, resource, ...(server ? { server } : {}) };
  }
  return null;
}
