import { latencyCsv, type Slowness } from './latency.ts';
import { makeSite, NAMES, type Site } from './site.ts';

/** A made site with a slow network somewhere, and what tells this one apart. */
export interface SlowSite {
  readonly site: Site;
  readonly truth: { fault_taxonomy: string; fault_object: string; root_cause: string };
  readonly words: readonly string[];
}

const LABELS = {
  'pod-delay': ['Performance_Fault', 'pod_network_delay'],
  'node-delay': ['Infrastructure_Fault', 'node_network_delay'],
  'node-loss': ['Infrastructure_Fault', 'node_network_packet_loss'],
} as const;

/** One random case of a slow or lossy network, by seed. */
export function slowSite(kind: Slowness['kind'], seed: number): SlowSite {
  const names = NAMES[seed % NAMES.length] ?? NAMES[0];
  if (!names) throw new Error('no names');
  const site = makeSite(names, 1000 + seed, { shared: seed % 3 !== 0 });
  const { random } = site;
  const shape = random() < 0.5 ? 'given' : 'random';
  if (shape === 'random') rewire(site);
  const reporter = (['source', 'both', 'both', 'destination'] as const)[Math.floor(random() * 4)] ?? 'both';
  const delay = 50 * 10 ** (random() * 2);
  const traffic = {
    reporter,
    tail: random() < 0.5 ? (90 as const) : (95 as const),
    alerted: random() < 0.8,
    queries: 1 + Math.floor(random() * 3),
    slowness: { kind, at: '', delay, jitter: delay * random() * 0.3, loss: 0.05 + random() * 0.4 },
  };
  const reached = reachedBy(site);
  const busy = kind === 'pod-delay' ? reached : [];
  const candidates =
    kind === 'pod-delay'
      ? busy.filter((name) => site.apps.get(name)?.kind !== 'StatefulSet' || name === names.database)
      : site.nodes.slice(1);
  const at = candidates[Math.floor(random() * candidates.length)] ?? '';
  const app = site.apps.get(at);
  const part =
    kind !== 'pod-delay'
      ? 'node'
      : app?.kind === 'StatefulSet'
        ? 'database'
        : at === site.roles.gateway || at === site.roles.front
          ? 'entry'
          : (app?.calls.length ?? 0) > 0
            ? 'inner'
            : 'leaf';
  site.metricsCsv = latencyCsv(site, { ...traffic, slowness: { ...traffic.slowness, at } }, { hours: 8 });
  const [taxonomy, label] = LABELS[kind];
  return {
    site,
    truth: {
      fault_taxonomy: taxonomy,
      fault_object: `${kind === 'pod-delay' ? 'app' : 'node'}/${at}`,
      root_cause: label,
    },
    words: [
      `shape=${shape}`,
      `reporter=${reporter}`,
      `part=${part}`,
      `delay=${delay < 150 ? '50-150' : delay < 700 ? '150-700' : '700-5000'}`,
    ],
  };
}

// Calls that only ever lead further down the list, so that nothing waits for itself.
function rewire({ apps, roles, random }: Site): void {
  const plain = (apps.get(roles.gateway)?.calls ?? []).flatMap((name) => apps.get(name) ?? []);
  for (const [at, app] of plain.entries()) {
    const data = app.calls.filter((callee) => apps.get(callee)?.kind === 'StatefulSet');
    const below = plain.slice(at + 1);
    const wanted = random() < 0.4 ? 0 : 1 + Math.floor(random() * 3);
    const calls = Array.from(
      { length: wanted },
      () => below[Math.floor(random() * Math.min(12, below.length))]?.name ?? '',
    );
    app.calls.splice(0, app.calls.length, ...new Set(calls.filter((name) => name !== '')), ...data);
  }
}

function reachedBy({ apps, roles }: Site): string[] {
  return [...apps.values()]
    .filter(
      ({ name, calls }) =>
        name === roles.gateway ||
        name === roles.front ||
        calls.length > 0 ||
        [...apps.values()].some((other) => other.calls.includes(name)),
    )
    .map(({ name }) => name);
}
