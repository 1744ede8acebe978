import { MINUTE, SECOND } from '@headwater/core/time.ts';
import type { ApiResource, ObjectListener } from '@headwater/engine/ports/cluster.ts';
import type { Log } from '@headwater/engine/ports/log.ts';

export interface KindsParts {
  readonly cluster: string;
  /** The kinds worth following that the cluster serves now. */
  readonly resources: () => Promise<readonly ApiResource[]>;
  /** Follows those that are not followed yet. */
  readonly follow: (resources: readonly ApiResource[]) => void;
  readonly log: Log;
  /** For tests. */
  readonly settleMs?: number;
}

/** Looks for kinds that came after the start: when a CustomResourceDefinition changes, and now and then. */
export interface KindsWatch {
  readonly offer: ObjectListener;
  stop(): void;
}

/** A definition is served a moment after it is there, and an installer brings dozens. */
const SETTLE_MS = 2 * SECOND;
/** Aggregated APIs come without a definition, and a watch may have missed one. */
const LOOK_EVERY_MS = 10 * MINUTE;

/** Starts looking. */
export function watchKinds({ cluster, resources, follow, log, settleMs = SETTLE_MS }: KindsParts): KindsWatch {
  let due: NodeJS.Timeout | null = null;
  let stopped = false;
  const look = async (): Promise<void> => {
    due = null;
    try {
      const served = await resources();
      if (!stopped) follow(served);
    } catch (error) {
      log.warn({ error, cluster }, 'new kinds could not be looked for; it is tried again');
    }
  };
  const timer = setInterval(() => void look(), LOOK_EVERY_MS);
  timer.unref();
  return {
    offer: (type, { kind }) => {
      if (kind !== 'CustomResourceDefinition' || type === 'DELETED' || stopped) return;
      due ??= setTimeout(() => void look(), settleMs);
    },
    stop: () => {
      stopped = true;
      clearInterval(timer);
      if (due) clearTimeout(due);
    },
  };
}
