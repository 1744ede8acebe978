import type { LogLevel } from '../snapshot/input.ts';
import { WILDCARD } from './mask.ts';
import type { Message } from './message.ts';

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
// Per level, so that a flood of ordinary lines cannot crowd out the failures.
const MAX_CLUSTERS: Readonly<Record<LogLevel, number>> = { error: 200, warn: 80, info: 120 };
const MAX_PER_LEAF = 40;

/** Clusters lines by shape (Drain: a tree of fixed depth over level, length and first words); memory is bounded. */
export class Drain {
  readonly #leaves = new Map<string, Cluster[]>();
  readonly #all: Cluster[] = [];
  readonly #sizes: Record<LogLevel, number> = { error: 0, warn: 0, info: 0 };
  readonly #overflow = new Map<LogLevel, Cluster>();

  /** Adds a line and returns its cluster; beyond the caps that is one bucket per level. */
  add(level: LogLevel, message: Message): Cluster {
    const { tokens, key } = message.masked(level);
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

function closest(leaf: readonly Cluster[], tokens: readonly string[]): Cluster | null {
  let best: Cluster | null = null;
  let bestScore = -1;
  for (const cluster of leaf) {
    const score = similarity(cluster.tokens, tokens);
    if (score === 1) return cluster;
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
