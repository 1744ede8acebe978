/** The names of what is cached; one place, so that an invalidation and its query cannot drift apart. */
export const keys = {
  incidents: ['incidents'] as const,
  incidentList: (search: string) => ['incidents', 'list', search] as const,
  facets: ['incidents', 'facets'] as const,
  incident: (id: string) => ['incident', id] as const,
  part: (id: string, part: string, ...rest: readonly (string | number)[]) => ['incident', id, part, ...rest] as const,
  alerts: (search: string) => ['alerts', search] as const,
  alert: (id: string) => ['alert', id] as const,
  users: ['users'] as const,
  tokens: ['tokens'] as const,
};
