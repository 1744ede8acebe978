import type { StreamEvent } from '@headwater/contracts/http/stream.ts';
import { formatTime } from '@headwater/core/time.ts';
import type { StoredEvent } from '@headwater/engine/ports/store/events.ts';

/** A stored event as the stream shows it. */
export function streamEvent({
  id,
  at,
  kind,
  incidentId,
  cluster,
  namespaces,
  actor,
  payload,
}: StoredEvent): StreamEvent {
  return {
    id,
    at: formatTime(at),
    kind,
    incidentId,
    cluster,
    namespaces: [...namespaces],
    actor,
    data: { ...payload },
  };
}
