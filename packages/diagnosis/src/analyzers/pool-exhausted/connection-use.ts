import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { type Subject, subjectKey } from '@headwater/core/subject.ts';
import { citeSeries } from '../../evidence/cite-metrics.ts';
import { placeOf } from '../../metrics/label-subjects.ts';
import { namesOf } from '../../metrics/names.ts';
import { significant } from '../../metrics/units.ts';
import type { Series } from '../../snapshot/input.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { perSnapshot } from '../../snapshot/per-snapshot.ts';

/** How many of a data service's connections are in use now, and by whom, as its exporter counts them. */
export interface ConnectionUse {
  readonly server: Subject;
  readonly used: number;
  readonly limit: number;
  readonly limitSeries: Series;
  readonly usedSeries: readonly Series[];
  /** The client that holds more than half of them, when the exporter tells clients apart. */
  readonly holder: { readonly name: string; readonly held: number; readonly series: Series } | null;
}

const EXPORTERS = [
  { limit: 'pg_settings_max_connections', used: 'pg_stat_activity_count', clients: ['application_name', 'usename'] },
  {
    limit: 'mysql_global_variables_max_connections',
    used: 'mysql_global_status_threads_connected',
    byClient: 'mysql_info_schema_processlist_processes_by_user',
    clients: ['application_name', 'mysql_user'],
  },
  { limit: 'redis_config_maxclients', used: 'redis_connected_clients', clients: [] },
] as const;
// A few slots are kept for administrators, so clients are turned away a little below the limit.
const FULL = 0.9;

/** Data services whose connections are (nearly) all in use now, by key. */
export const fullServers = perSnapshot((snapshot: Snapshot): ReadonlyMap<string, ConnectionUse> => {
  const found = new Map<string, ConnectionUse>();
  for (const exporter of EXPORTERS) {
    for (const limitSeries of snapshot.metrics.find(exporter.limit)) {
      const server = serverOf(snapshot, limitSeries);
      const limit = lastOf(limitSeries);
      if (!server || limit <= 0) continue;
      const of = (metric: string): Series[] =>
        snapshot.metrics.find(metric).filter((series) => isOf(snapshot, series, server));
      const usedSeries = of(exporter.used);
      const used = usedSeries.reduce((sum, series) => sum + lastOf(series), 0);
      if (used < limit * FULL) continue;
      const byClient = 'byClient' in exporter ? of(exporter.byClient) : [];
      const holder = holderOf(byClient.length > 0 ? byClient : usedSeries, exporter.clients, used);
      found.set(subjectKey(server), { server, used, limit, limitSeries, usedSeries, holder });
    }
  }
  return found;
});

function serverOf(snapshot: Snapshot, series: Series): Subject | undefined {
  return placeOf(series.labels, 'pod', namesOf(snapshot))?.subject;
}

function isOf(snapshot: Snapshot, series: Series, server: Subject): boolean {
  const place = serverOf(snapshot, series);
  return place !== undefined && subjectKey(place) === subjectKey(server);
}

function lastOf({ samples }: Series): number {
  return samples.at(-1)?.[1] ?? 0;
}

function holderOf(series: readonly Series[], labels: readonly string[], used: number): ConnectionUse['holder'] {
  const [top] = [...series].sort((left, right) => lastOf(right) - lastOf(left));
  const name = top && labels.map((label) => top.labels[label]).find((value) => value);
  return top && name && series.length > 1 && lastOf(top) > used / 2 ? { name, held: lastOf(top), series: top } : null;
}

/** What the counts say, with what grounds it: the limit, and who holds most. */
export function useWords({ limit, limitSeries, usedSeries, holder }: ConnectionUse): {
  readonly words: string;
  readonly evidence: readonly Evidence[];
} {
  const [only] = usedSeries.length === 1 ? usedSeries : [];
  const held = holder ? `; \`${holder.name}\` holds \`${significant(holder.held)}\` of \`${significant(limit)}\`` : '';
  const all = only && !holder ? `; \`${significant(lastOf(only))}\` of \`${significant(limit)}\` are in use` : '';
  return {
    words: held || all || `; its limit is \`${significant(limit)}\``,
    evidence: [citeSeries(limitSeries), ...(holder ? [citeSeries(holder.series)] : only ? [citeSeries(only)] : [])],
  };
}

/** When the client that holds most, else the server, reached its present level: unknown to a count alone. */
export function citeUse({ usedSeries }: ConnectionUse): readonly Evidence[] {
  return usedSeries.slice(0, 3).map((series) => citeSeries(series));
}
