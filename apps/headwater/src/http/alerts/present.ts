import type { AlertDetail, AlertItem, IncidentAlert } from '@headwater/contracts/http/alert.ts';
import type { Episode } from '@headwater/contracts/http/episode.ts';
import { AppError } from '@headwater/core/errors.ts';
import { formatTime } from '@headwater/core/time.ts';
import type { AlertView, EpisodeView } from '@headwater/engine/ports/store/alert-queries.ts';
import type { AlertDetailView } from '@headwater/engine/views/alerts.ts';
import { timeOrNull } from '../time-or-null.ts';

export function presentAlert(view: AlertView): AlertItem {
  const { episode, incident } = view;
  return {
    id: view.id,
    cluster: view.cluster,
    fingerprint: view.fingerprint,
    source: view.source,
    name: view.name,
    severity: view.severity,
    namespace: view.namespace,
    labels: { ...view.labels },
    subject: view.subject,
    subjectState: view.subjectState,
    status: view.status,
    startsAt: timeOrNull(episode?.startsAt ?? null),
    endsAt: timeOrNull(episode?.endsAt ?? null),
    firstSeenAt: formatTime(view.firstSeenAt),
    lastSeenAt: formatTime(view.lastSeenAt),
    flapping: view.flappingSince !== null,
    muted: episode?.status === 'firing' && episode.mutedBy !== null,
    incident: incident && { id: incident.id, number: incident.number, title: incident.title },
  };
}

export function presentEpisode(view: EpisodeView): Episode {
  return {
    ...view,
    startsAt: formatTime(view.startsAt),
    endsAt: timeOrNull(view.endsAt),
    receivedAt: formatTime(view.receivedAt),
    joinedAt: timeOrNull(view.joinedAt),
  };
}

export function presentIncidentAlert(view: AlertView): IncidentAlert {
  if (view.episode === null) throw new AppError('internal', `alert ${view.id} is in an incident without an episode`);
  return { ...presentAlert(view), annotations: { ...view.annotations }, episode: presentEpisode(view.episode) };
}

export function presentAlertDetail({ alert, episodes, episodeCount }: AlertDetailView): AlertDetail {
  return {
    ...presentAlert(alert),
    annotations: { ...alert.annotations },
    extra: { ...alert.extra },
    subjectReason: alert.subjectReason,
    groupKey: alert.groupKey,
    receiver: alert.receiver,
    generatorUrl: alert.generatorUrl,
    flappingSince: timeOrNull(alert.flappingSince),
    episodeCount,
    episodes: episodes.map(presentEpisode),
  };
}
