import { authorize } from '@headwater/core/access/authorize.ts';
import { scopeOf } from '@headwater/core/access/permissions.ts';
import { AppError } from '@headwater/core/errors.ts';
import type { VerbContext } from '../context.ts';
import type {
  AlertFilter,
  AlertFullView,
  AlertPage,
  AlertPosition,
  AlertView,
  EpisodeView,
} from '../ports/store/alert-queries.ts';
import { isVisible } from './incident-parts.ts';
import { type PageOf, pageOf } from './page.ts';

export interface AlertDetailView {
  readonly alert: AlertFullView;
  readonly episodes: readonly EpisodeView[];
  readonly episodeCount: number;
}

const SHOWN_EPISODES = 50;

/** Alerts the actor may see. */
export async function listAlerts(
  ctx: VerbContext,
  filter: Omit<AlertFilter, 'scope'>,
  page: AlertPage,
): Promise<PageOf<AlertView, AlertPosition>> {
  const scope = scopeOf(ctx.actor, 'incidents.read');
  const rows = await ctx.store.alertQueries.list({ ...filter, scope }, { ...page, limit: page.limit + 1 });
  return pageOf(
    rows.map((row) => withVisibleIncident(ctx, row)),
    page.limit,
    ({ id, newestAt }) => ({ key: newestAt, id }),
  );
}

/** One alert; `not_found` also for one the actor may not see. */
export async function findAlert(ctx: VerbContext, id: string): Promise<AlertFullView> {
  const label = `alert ${id}`;
  const alert = await ctx.store.alertQueries.find(id);
  if (!alert) throw new AppError('not_found', `no ${label}`);
  authorize(ctx.actor, 'incidents.read', { label, ...placeOfAlert(alert) });
  return withVisibleIncident(ctx, alert);
}

/** One alert with its newest episodes. */
export async function alertDetail(ctx: VerbContext, id: string): Promise<AlertDetailView> {
  const alert = await findAlert(ctx, id);
  const [episodes, episodeCount] = await Promise.all([
    ctx.store.alertQueries.episodes(id, SHOWN_EPISODES),
    ctx.store.alertQueries.countEpisodes(id),
  ]);
  return { alert, episodes, episodeCount };
}

/** Where an alert is. */
export function placeOfAlert({ cluster, namespace }: Pick<AlertView, 'cluster' | 'namespace'>) {
  return { cluster, namespaces: namespace === null ? [] : [namespace] };
}

// An incident may reach into namespaces the alert is not in; its title would tell of them.
function withVisibleIncident<T extends AlertView>(ctx: VerbContext, alert: T): T {
  if (alert.incident === null || isVisible(ctx, alert.incident)) return alert;
  return { ...alert, incident: null };
}
