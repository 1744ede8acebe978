import { type Subject, subjectKey } from '@headwater/core/subject.ts';
import { rateOf } from '../../metrics/derive.ts';
import { placeOf } from '../../metrics/label-subjects.ts';
import { namesOf } from '../../metrics/names.ts';
import type { Series } from '../../snapshot/input.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';

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
