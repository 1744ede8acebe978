import type { Diagnosis } from '@headwater/contracts/diagnosis/diagnosis.ts';
import type { IncidentAlert } from '@headwater/contracts/http/alert.ts';
import type { Comment } from '@headwater/contracts/http/comment.ts';
import type { DiagnosisRevision } from '@headwater/contracts/http/diagnosis.ts';
import type { IncidentDetail, IncidentItem } from '@headwater/contracts/http/incident.ts';
import type { TimelineEntry } from '@headwater/contracts/http/timeline.ts';

const MINUTE = 60_000;

export interface MockIncident {
  item: IncidentItem;
  revision: DiagnosisRevision | null;
  timeline: TimelineEntry[];
  comments: Comment[];
  alerts: IncidentAlert[];
  vote: 'up' | 'down' | 'none';
}

const SEVERITIES = ['critical', 'warning', 'high', 'critical', 'warning', 'high', 'info'] as const;

/** Times of a recording moved so that the onset lies `ageMs` before now. */
function moved(diagnosis: Diagnosis, ageMs: number, now: number): Diagnosis {
  const onset = Date.parse(diagnosis.onset ?? '');
  if (Number.isNaN(onset)) return diagnosis;
  const shift = now - ageMs - onset;
  const text = JSON.stringify(diagnosis).replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, (time) =>
    new Date(Date.parse(time) + shift).toISOString(),
  );
  const parsed = JSON.parse(text) as Diagnosis;
  for (const evidence of Object.values(parsed.evidence)) {
    for (const sample of evidence.series?.samples ?? []) sample[0] += shift;
  }
  return parsed;
}

let events = 0;

export function entry(kind: string, at: number, text: string, actor = 'Headwater'): TimelineEntry {
  events += 1;
  return { id: events, at: new Date(at).toISOString(), kind: `incident.${kind}`, actor, text, data: {} };
}

function alertsOf(incidentId: string, diagnosis: Diagnosis, item: IncidentItem): IncidentAlert[] {
  const fired = Object.values(diagnosis.evidence).filter((one) => one.kind === 'alert');
  const names = fired.map((one) => /alertname=([^,]+)/.exec(one.text)?.[1] ?? 'KubePodNotReady');
  const shown = names.length > 0 ? names : ['KubePodCrashLooping', 'KubeDeploymentReplicasMismatch'];
  return shown.map((name, index) => ({
    id: `alr_${incidentId}_${index}`,
    cluster: item.cluster,
    fingerprint: `f${index}a8c31${incidentId.slice(-4)}`,
    source: 'alertmanager',
    name,
    severity: item.severity,
    namespace: item.namespaces[0] ?? null,
    labels: {
      alertname: name,
      namespace: item.namespaces[0] ?? '',
      severity: item.severity,
      prometheus: 'monitoring/k8s',
    },
    subject: item.subject,
    subjectState: 'resolved',
    status: item.status === 'resolved' ? 'resolved' : 'firing',
    startsAt: item.startedAt,
    endsAt: null,
    firstSeenAt: item.startedAt,
    lastSeenAt: item.updatedAt,
    flapping: false,
    muted: false,
    incident: { id: item.id, number: item.number, title: item.title },
    annotations: { summary: `${name}: ${item.title}`, runbook_url: 'https://runbooks.example/kube' },
    episode: {
      id: `eps_${incidentId}_${index}`,
      status: item.status === 'resolved' ? 'resolved' : 'firing',
      startsAt: item.startedAt,
      endsAt: null,
      endedBy: null,
      receivedAt: item.startedAt,
      repeats: index * 3,
      incidentId: item.id,
      joinedAt: item.startedAt,
      joinedBy: 'Headwater',
      joinReason: index === 0 ? 'first alert of the incident' : 'same owner as the first alert, within 5 minutes',
      mutedBy: null,
    },
  }));
}

/** One incident made of what the engine said of a recording. */
export function incidentOf(name: string, diagnosis: Diagnosis, place: number, now = Date.now()): MockIncident {
  const ageMs = [4, 11, 18, 26, 41, 67, 95, 140, 210, 300, 480, 900, 1_500, 2_900][place % 14] ?? 30;
  const body = moved(diagnosis, ageMs * MINUTE, now);
  const [first] = body.causes;
  const started = new Date(Date.parse(body.onset ?? '') || now - ageMs * MINUTE).toISOString();
  const subject = first?.subject ?? null;
  const id = `inc_${name}`;
  const status = place >= 10 ? 'resolved' : place % 4 === 2 ? 'acknowledged' : 'open';
  const item: IncidentItem = {
    id,
    number: 480 - place,
    title: titleOf(body, name),
    severity: SEVERITIES[place % SEVERITIES.length] ?? 'warning',
    status,
    cluster: place % 3 === 1 ? 'prod-eu' : 'prod-us',
    namespaces: subject?.namespace ? [subject.namespace] : [],
    subject,
    startedAt: started,
    createdAt: started,
    updatedAt: started,
    resolvedAt: status === 'resolved' ? new Date(Date.parse(started) + 30 * MINUTE).toISOString() : null,
    resolvedBy: status === 'resolved' ? 'hana' : null,
    acknowledgedAt: status === 'open' ? null : started,
    acknowledgedBy: status === 'open' ? null : 'hana',
    snoozedUntil: null,
    assignee: place % 4 === 2 ? 'hana' : null,
    alertCount: Math.max(1, body.symptoms.length + body.unexplained.length),
    firingCount: status === 'resolved' ? 0 : Math.max(1, body.symptoms.length),
    verdict: body.verdict,
    cause: first?.statement ?? null,
    causeCategory: first?.category ?? null,
    confidence: first?.confidence.band ?? null,
    diagnosisState: 'done',
    reopened: place === 5 ? 1 : 0,
    muted: false,
    hidden: false,
    version: 1,
  };
  const at = Date.parse(started);
  const revision: DiagnosisRevision = {
    id: `dia_${name}`,
    revision: 1,
    phase: 'firing',
    verdict: body.verdict,
    summary: body.summary,
    requestedBy: null,
    milliseconds: 41,
    createdAt: new Date(at + 4_000).toISOString(),
    body,
    delta: null,
    withheld: [],
  };
  const alerts = alertsOf(id, body, item);
  const timeline = [
    entry('diagnosed', at + 4_000, `revision 1: ${body.verdict}`),
    ...alerts.map((alert) =>
      entry('alert-joined', at + 1_000, `${alert.name} joined: ${alert.episode.joinReason ?? ''}`),
    ),
    entry('opened', at, `opened by ${alerts[0]?.name ?? 'an alert'}`),
  ];
  return { item, revision, timeline, comments: [], alerts, vote: 'none' };
}

function titleOf(diagnosis: Diagnosis, name: string): string {
  const [symptom] = diagnosis.symptoms;
  const [cause] = diagnosis.causes;
  const subject = symptom?.subject ?? cause?.subject;
  const alert = Object.values(diagnosis.evidence).find((one) => one.kind === 'alert');
  const said = /alertname=([^,]+)/.exec(alert?.text ?? '')?.[1] ?? 'KubePodNotReady';
  return subject
    ? `${said} on ${subject.kind} ${subject.namespace ? `${subject.namespace}/` : ''}${subject.name}`
    : name;
}

/** The detail as the API answers it, with what can be done now. */
export function detailOf(one: MockIncident, others: readonly MockIncident[]): IncidentDetail {
  const open = one.item.status !== 'resolved';
  const may = (allowed: boolean, reason: string) => ({ allowed, reason: allowed ? 'a role permits it' : reason });
  const resolved = may(open, 'the incident is resolved');
  return {
    ...one.item,
    titleBy: 'alerts',
    severityBy: 'alerts',
    resolveReason: open ? null : 'rolled back to the former revision',
    quietSince: null,
    analysisSummary: null,
    analysisDetail: null,
    diagnosis: one.revision,
    actions: {
      acknowledge: may(one.item.status === 'open', 'the incident is acknowledged already'),
      unacknowledge: may(one.item.status === 'acknowledged', 'the incident is not acknowledged'),
      snooze: resolved,
      unsnooze: may(one.item.snoozedUntil !== null, 'the incident is not snoozed'),
      assign: may(true, ''),
      resolve: resolved,
      reopen: may(!open, 'the incident is not resolved'),
      merge: may(true, ''),
      split: may(false, 'the incident has fewer than two alerts'),
      moveAlert: may(true, ''),
      edit: may(true, ''),
      hide: may(true, ''),
      unhide: may(false, 'the incident is not hidden'),
      diagnose: may(true, ''),
      comment: may(true, ''),
    },
    similar: others
      .filter((other) => other.item.id !== one.item.id && other.item.status === 'resolved')
      .slice(0, 2)
      .map(({ item }) => ({
        id: item.id,
        number: item.number,
        title: item.title,
        status: item.status,
        startedAt: item.startedAt,
        resolvedAt: item.resolvedAt,
        cause: item.cause,
        causeCategory: item.causeCategory,
        resolveReason: 'rolled back to the former revision',
        similarity: 0.71,
        why: `same namespace, shares the words of the cause`,
      })),
    mergedInto: null,
    mergedFrom: [],
  };
}
