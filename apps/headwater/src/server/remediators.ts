import type { Remediator } from '@headwater/engine/ports/remediator.ts';
import type { ClusterConfig } from '../worker/cluster-configs.ts';

type Open = (config: ClusterConfig) => Promise<Remediator & { close(): Promise<void> }>;

export interface Remediators {
  readonly of: (cluster: string) => Remediator | null;
  close(): Promise<void>;
}

/** The ways to change the configured clusters, each opened when first used; none at all while writing is switched off. */
export function openRemediators(clusters: readonly ClusterConfig[], allowed: boolean, open: Open): Remediators {
  const opened = new Map<string, ReturnType<Open>>();
  const use = (config: ClusterConfig): ReturnType<Open> => {
    const held = opened.get(config.name) ?? open(config);
    opened.set(config.name, held);
    // Credentials that failed once may be mended without a restart.
    held.catch(() => opened.delete(config.name));
    return held;
  };
  return {
    of: (cluster) => {
      const config = allowed ? clusters.find(({ name }) => name === cluster) : undefined;
      return config ? { run: async (plan) => (await use(config)).run(plan) } : null;
    },
    close: async () => {
      await Promise.allSettled([...opened.values()].map(async (held) => (await held).close()));
    },
  };
}
