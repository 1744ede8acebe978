import { type Subject, subjectKey } from '@headwater/core/subject.ts';
import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { rateOf } from '../../metrics/derive.ts';
import { placeOf } from '../../metrics/label-subjects.ts';
import { namesOf } from '../../metrics/names.ts';
import type { Series } from '../../snapshot/input.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { citeHit, type LogMatch, logHits } from '../_shared/log-hits.ts';
import { rootOf } from '../_shared/workloads.ts';

/** The workload that sends most requests to the API server, by what client-go counts. */
export interface LoudClient {
  readonly subject: Subject;
  /** Its own fastest counter. */
  readonly series: Series;
}

// An informer asks a few times a minute; a controller at work some times a second.
const LOUD = 20;

/** The client that sends more than half of all counted requests, and many; null when none does. */
export function loudestClient(snapshot: Snapshot): LoudClient | null {
  const clients = new Map<string, LoudClient & { total: number; rate: number }>();
  let total = 0;
  for (const series of snapshot.metrics.find('rest_client_requests_total')) {
    const place = placeOf(series.labels, 'pod', namesOf(snapshot));
    const rate = rateOf(series.samples).at(-1)?.[1] ?? 0;
    if (!place) continue;
    total += rate;
    const known = clients.get(subjectKey(place.subject));
    const best = known && known.rate >= rate ? known : { subject: place.subject, series, rate };
    clients.set(subjectKey(place.subject), { ...best, total: (known?.total ?? 0) + rate });
  }
  const loud = [...clients.values()].find((client) => client.total > total / 2 && client.total >= LOUD);
  return loud ? { subject: loud.subject, series: loud.series } : null;
}

/** Workloads that the API server turns away, by their own logs. */
export interface RefusedClients {
  readonly clients: readonly Subject[];
  readonly evidence: readonly Evidence[];
}

// client-go's words for 429; a provider outside answers with other ones.
const TOO_MANY = /the server has received too many requests and has asked us to try again later/i;

/** Who is told that there are too many requests, the most often told first. */
export function refusedClients(snapshot: Snapshot): RefusedClients {
  const hits = logHits(snapshot, (line): LogMatch | null =>
    TOO_MANY.test(line) ? { key: 'too-many' } : null,
  ).toSorted((left, right) => right.count - left.count);
  const clients = new Map(hits.map(({ pod }) => [subjectKey(rootOf(snapshot, pod)), rootOf(snapshot, pod)]));
  return { clients: [...clients.values()], evidence: hits.slice(0, 2).flatMap((hit) => citeHit(hit).slice(0, 1)) };
}
