import type { LogLevel } from '../snapshot/input.ts';
import { maskTokens } from './mask.ts';
import { remembered } from './remembered.ts';

/** Lines of one shape while they are collected. */
export interface Cluster {
  /** The masked words of the first line; the identity of the cluster whatever it later generalises to. */
  readonly origin: string;
  readonly level: LogLevel;
  readonly tokens: string[];
  count: number;
}

// Half of the words must agree, as in the published algorithm.
const SIMILARITY = 0.5;
const WILDCARD = '<*>';
// Per level, so that a flood of ordinary lines cannot crowd out the failures.
const MAX_CLUSTERS: Readonly<Record<LogLevel, number>> = { error: 200, warn: 80, info: 120 };
const MAX_PER_LEAF = 40;
// Ordinary lines are the many; their first words tell them apart well enough.
const INFO_TOKENS = 14;

/** A message as it is compared, and the leaf it belongs in. */
interface Masked {
  readonly tokens: readonly string[];
  readonly key: string;
}

/** Clusters lines by shape (Drain: a tree of fixed depth over level, length and first words); memory is bounded. */
export class Drain {
  readonly #leaves = new Map<string, Cluster[]>();
  readonly #all: Cluster[] = [];
  readonly #sizes: Record<LogLevel, number> = { error: 0, warn: 0, info: 0 };
  readonly #masked: Readonly<Record<LogLevel, (message: string) => Masked>> = {
    error: remembered((message) => masked('error', message)),
    warn: remembered((message) => masked('warn', message)),
    info: remembered((message) => masked('info', message)),
  };
  readonly #overflow = new Map<LogLevel, Cluster>();

  /** Adds a line and returns its cluster; beyond the caps that is one bucket per level. */
  add(level: LogLevel, message: string): Cluster {
    const { tokens, key } = this.#masked[level](message);
    const leaf = this.#leaves.get(key) ?? [];
    const match = closest(leaf, tokens);
    if (match) {
      generalise(match.tokens, tokens);
      match.count++;
      return match;
    }
    if (this.#sizes[level] >= MAX_CLUSTERS[level] || leaf.length >= MAX_PER_LEAF) return this.#spill(level);
    const cluster = this.#create(level, [...tokens]);
    leaf.push(cluster);
    this.#leaves.set(key, leaf);
    return cluster;
  }

  /** Every cluster in the order of its first line. */
  all(): readonly Cluster[] {
    return this.#all;
  }

  #create(level: LogLevel, tokens: string[]): Cluster {
    const cluster: Cluster = { origin: tokens.join(' '), level, tokens, count: 1 };
    this.#sizes[level]++;
    this.#all.push(cluster);
    return cluster;
  }

  #spill(level: LogLevel): Cluster {
    const bucket = this.#overflow.get(level);
    if (bucket) {
      bucket.count++;
      return bucket;
    }
    const created = this.#create(level, [WILDCARD]);
    this.#overflow.set(level, created);
    return created;
  }
}

function masked(level: LogLevel, message: string): Masked {
  const tokens = maskTokens(message, level === 'info' ? INFO_TOKENS : undefined);
  return { tokens, key: `${level}|${tokens.length}|${branch(tokens[0])}|${branch(tokens[1])}` };
}

function branch(token: string | undefined): string {
  return token === undefined ? '' : token.includes(WILDCARD) ? WILDCARD : token;
}

function closest(leaf: readonly Cluster[], tokens: readonly string[]): Cluster | null {
  let best: Cluster | null = null;
  let bestScore = -1;
  for (const cluster of leaf) {
    const score = similarity(cluster.tokens, tokens);
    if (score > bestScore) [best, bestScore] = [cluster, score];
  }
  return bestScore >= SIMILARITY ? best : null;
}

function similarity(pattern: readonly string[], tokens: readonly string[]): number {
  if (tokens.length === 0) return 1;
  let equal = 0;
  for (let index = 0; index < tokens.length; index++) if (pattern[index] === tokens[index]) equal++;
  return equal / tokens.length;
}

function generalise(pattern: string[], tokens: readonly string[]): void {
  for (let index = 0; index < tokens.length; index++) {
    if (pattern[index] !== tokens[index]) pattern[index] = WILDCARD;
  }
}
