export interface SeedSize {
  readonly incidents: number;
  readonly alerts: number;
  readonly episodes: number;
  /** Alerts of the one incident that is much larger than the others. */
  readonly largest: number;
}

/** The volume the bar of the lists names. */
export const FULL_SIZE: SeedSize = { incidents: 100_000, alerts: 150_000, episodes: 1_000_000, largest: 5_000 };

const CATEGORIES = [
  'oom-killed',
  'app-crash',
  'config-changed',
  'image-not-found',
  'insufficient-cpu',
  'readiness-failing',
  'configmap-missing',
  'node-not-ready',
  'volume-full',
  'dns-failing',
];

const DAY_OF_LAST = "date_trunc('hour', now())";

/**
 * SQL that fills an empty schema with a year of incidents up to this hour: few clusters, many namespaces of uneven size, a
 * few hundred unresolved at the end. The same rows every time; each statement takes seconds.
 */
export function seedStatements(size: SeedSize): readonly string[] {
  return [
    'set statement_timeout = 0',
    'select setseed(0.42)',
    ...ranges(size.incidents, 10_000).map((range) => incidentsSql(size, range)),
    `update incident set merged_into = 'inc_' || lpad('1', 26, '0') where number % 200 = 11`,
    ...ranges(size.alerts, 15_000).map((range) => alertsSql(size, range)),
    ...ranges(size.episodes, 50_000).map((range) => episodesSql(size, range)),
    ...firingSql(),
    ...largestSql(size),
    'vacuum analyze',
  ];
}

interface Range {
  readonly from: number;
  readonly to: number;
}

function ranges(count: number, step: number): Range[] {
  const starts = Array.from({ length: Math.ceil(count / step) }, (_, index) => index * step + 1);
  return starts.map((from) => ({ from, to: Math.min(count, from + step - 1) }));
}

function incidentsSql({ incidents }: SeedSize, { from, to }: Range): string {
  const categories = `(array[${CATEGORIES.map((name) => `'${name}'`).join(',')}])`;
  return `insert into incident (id, cluster, namespaces, title, severity, status, subject, started_at, created_at, updated_at,
       acknowledged_at, acknowledged_by, assignee, resolved_at, resolved_by, resolve_reason, hidden, alert_count, firing_count,
       verdict, cause, cause_category, confidence, analysis_summary, diagnosis_state)
     select 'inc_' || lpad(n::text, 26, '0'), cluster, array[ns], alert || ' on Deployment ' || ns || '/' || app, severity, status,
       jsonb_build_object('kind', 'Deployment', 'namespace', ns, 'name', app, 'cluster', cluster),
       at, at, at + interval '20 minutes', case when status = 'open' then null else at + interval '3 minutes' end,
       case when status = 'open' then null else 'user-' || n % 20 end, case when n % 5 < 3 then 'user-' || n % 20 end,
       case when status = 'resolved' then at + interval '20 minutes' end, case when status = 'resolved' then 'Headwater' end,
       case when status = 'resolved' then 'no alert has fired for 5m' end, n % 100 = 7, 10, case when status = 'resolved' then 0 else 4 end,
       case when n % 10 = 0 then 'insufficient-evidence' else 'cause' end,
       case when n % 10 = 0 then null else 'The container of Deployment ' || ns || '/' || app || ' reached its limit after revision ' || n % 40 || ' was rolled out' end,
       case when n % 10 = 0 then null else category end, case when n % 10 = 0 then null else 'high' end,
       'Since ' || at || ' requests to ' || app || ' in ' || ns || ' fail; the change before it is revision ' || n % 40 || ' by pipeline-' || n % 7,
       'done'
     from (select n, 'cluster-' || (1 + n % 3) as cluster, 'team-' || floor(60 * power(random(), 2))::int as ns, 'service-' || n % 400 as app,
             (array['KubePodCrashLooping', 'HighErrorRate', 'SlowRequests', 'NodeDiskPressure', 'TargetDown'])[1 + n % 5] as alert,
             (array['critical', 'high', 'warning', 'warning', 'warning', 'info'])[1 + floor(random() * 6)::int] as severity,
             case when n > ${incidents} - 300 then (array['open', 'open', 'acknowledged'])[1 + n % 3] else 'resolved' end as status,
             ${categories}[1 + n % ${CATEGORIES.length}] as category,
             ${DAY_OF_LAST} - (${incidents} - n) * interval '315 seconds' as at
           from generate_series(${from}, ${to}) n) s`;
}

function alertsSql({ alerts }: SeedSize, { from, to }: Range): string {
  return `insert into alert (id, cluster, fingerprint, source, name, severity, namespace, labels, annotations, content_hash, subject,
       subject_state, status, first_seen_at, last_seen_at, newest_at)
     select 'alr_' || lpad(n::text, 26, '0'), 'cluster-' || (1 + n % 3), lpad(to_hex(n), 16, '0'), 'alertmanager', alert,
       (array['critical', 'high', 'warning', 'warning', 'info'])[1 + n % 5], ns,
       jsonb_build_object('alertname', alert, 'namespace', ns, 'pod', 'service-' || n % 400 || '-' || md5(n::text), 'job', 'kube-state-metrics', 'severity', 'warning'),
       jsonb_build_object('summary', 'Pod of service-' || n % 400 || ' in ' || ns || ' restarts', 'runbook_url', 'https://runbooks.example.com/' || alert),
       md5(n::text),
       jsonb_build_object('kind', 'Pod', 'namespace', ns, 'name', 'service-' || n % 400 || '-' || md5(n::text)), 'resolved', 'resolved',
       ${DAY_OF_LAST} - (${alerts} - n) * interval '3 minutes', ${DAY_OF_LAST}, ${DAY_OF_LAST} - (${alerts} - n) * interval '31 seconds'
     from (select n, 'team-' || floor(60 * power(random(), 2))::int as ns,
             (array['KubePodCrashLooping', 'HighErrorRate', 'SlowRequests', 'NodeDiskPressure', 'TargetDown'])[1 + n % 5] as alert
           from generate_series(${from}, ${to}) n) s`;
}

function episodesSql({ incidents, alerts, episodes }: SeedSize, { from, to }: Range): string {
  return `insert into alert_episode (id, alert_id, starts_at, ends_at, status, ended_by, received_at, resolved_received_at, incident_id,
       joined_at, joined_by, join_reason, correlate)
     select 'eps_' || lpad(n::text, 26, '0'), 'alr_' || lpad((1 + (n * 7919::bigint) % ${alerts})::text, 26, '0'), at, at + interval '9 minutes', 'resolved', 'source',
       at, at + interval '9 minutes', 'inc_' || lpad(incident::text, 26, '0'), at, 'rule', 'same Deployment', false
     from (select n, greatest(1, (n * ${incidents}::bigint) / ${episodes}) as incident,
             ${DAY_OF_LAST} - (${episodes} - n) * interval '31 seconds' as at
           from generate_series(${from}, ${to}) n) s`;
}

/** Four firing alerts for each unresolved incident. */
function firingSql(): string[] {
  return [
    `update alert_episode e set status = 'firing', ends_at = null, ended_by = null, resolved_received_at = null
     from (select id, row_number() over (partition by incident_id order by id desc) as place, incident_id from alert_episode
           where incident_id in (select id from incident where status <> 'resolved')) p
     where p.id = e.id and p.place <= 4`,
    `update alert a set status = 'firing' from alert_episode e where e.alert_id = a.id and e.status = 'firing'`,
  ];
}

function largestSql({ incidents, largest }: SeedSize): string[] {
  const incident = `'inc_' || lpad('${incidents}', 26, '0')`;
  return [
    `insert into alert (id, cluster, fingerprint, source, name, severity, namespace, labels, annotations, content_hash, subject_state, status,
       first_seen_at, last_seen_at, newest_at)
     select 'alr_z' || lpad(n::text, 25, '0'), 'cluster-1', 'z' || lpad(to_hex(n), 15, '0'), 'alertmanager', 'TargetDown', 'warning', 'team-0',
       jsonb_build_object('alertname', 'TargetDown', 'namespace', 'team-0', 'instance', '10.0.' || n / 250 || '.' || n % 250), '{}', md5(n::text),
       'unresolved', 'firing', ${DAY_OF_LAST}, ${DAY_OF_LAST}, ${DAY_OF_LAST}
     from generate_series(1, ${largest}) n`,
    `insert into alert_episode (id, alert_id, starts_at, status, received_at, incident_id, joined_at, joined_by, join_reason, correlate)
     select 'eps_z' || lpad(n::text, 25, '0'), 'alr_z' || lpad(n::text, 25, '0'), ${DAY_OF_LAST}, 'firing', ${DAY_OF_LAST},
       ${incident}, ${DAY_OF_LAST}, 'rule', 'same group', false
     from generate_series(1, ${largest}) n`,
    `update incident set alert_count = alert_count + ${largest}, firing_count = firing_count + ${largest} where id = ${incident}`,
  ];
}
