import { createRootRoute, createRoute, createRouter, lazyRouteComponent, Navigate } from '@tanstack/react-router';
import { IncidentsPage } from './pages/incidents/incidents-page.tsx';
import type { FilterSearch } from './pages/incidents/filter.ts';
import { NotFoundPage } from './pages/not-found-page.tsx';
import { AppShell } from './shell/app-shell.tsx';

type PlainSearch = Readonly<Record<string, string>>;

/** Addresses people can read and edit: plain text values, no JSON. */
function parseSearch(text: string): PlainSearch {
  return Object.fromEntries(new URLSearchParams(text));
}

function writeSearch(search: Readonly<Record<string, unknown>>): string {
  const given = Object.entries(search).filter(([, value]) => value !== undefined && value !== '');
  const text = new URLSearchParams(given.map(([key, value]) => [key, String(value)])).toString();
  return text === '' ? '' : `?${text.replaceAll('%2C', ',')}`;
}

const root = createRootRoute({ notFoundComponent: NotFoundPage });

const app = createRoute({ getParentRoute: () => root, id: 'app', component: AppShell });

const home = createRoute({
  getParentRoute: () => app,
  path: '/',
  component: () => <Navigate to="/incidents" replace />,
});

const incidents = createRoute({
  getParentRoute: () => app,
  path: '/incidents',
  validateSearch: (search: FilterSearch): FilterSearch => search,
  component: IncidentsPage,
});

export interface IncidentSearch {
  readonly tab?: 'alerts' | 'evidence';
  readonly revision?: string;
  readonly evidence?: string;
}

const incident = createRoute({
  getParentRoute: () => app,
  path: '/incidents/$id',
  validateSearch: (search: IncidentSearch): IncidentSearch => search,
  component: lazyRouteComponent(() => import('./pages/incident/incident-page.tsx'), 'IncidentPage'),
});

export interface AlertSearch {
  readonly status?: string;
  readonly severity?: string;
  readonly q?: string;
}

const alerts = createRoute({
  getParentRoute: () => app,
  path: '/alerts',
  validateSearch: (search: AlertSearch): AlertSearch => search,
  component: lazyRouteComponent(() => import('./pages/alerts/alerts-page.tsx'), 'AlertsPage'),
});

const alert = createRoute({
  getParentRoute: () => app,
  path: '/alerts/$id',
  component: lazyRouteComponent(() => import('./pages/alert/alert-page.tsx'), 'AlertPage'),
});

const users = createRoute({
  getParentRoute: () => app,
  path: '/settings/users',
  component: lazyRouteComponent(() => import('./pages/people/users-page.tsx'), 'UsersPage'),
});

const tokens = createRoute({
  getParentRoute: () => app,
  path: '/settings/tokens',
  component: lazyRouteComponent(() => import('./pages/people/tokens-page.tsx'), 'TokensPage'),
});

const profile = createRoute({
  getParentRoute: () => app,
  path: '/settings/profile',
  component: lazyRouteComponent(() => import('./pages/settings/profile-page.tsx'), 'ProfilePage'),
});

export function createAppRouter() {
  return createRouter({
    routeTree: root.addChildren([app.addChildren([home, incidents, incident, alerts, alert, users, tokens, profile])]),
    parseSearch,
    stringifySearch: writeSearch,
    defaultPreload: 'intent',
    defaultNotFoundComponent: NotFoundPage,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
