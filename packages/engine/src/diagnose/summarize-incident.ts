import type { SummarizeRequest, SummarizeResponse } from '@headwater/contracts/http/agent.ts';
import { formatDuration, parseTime } from '@headwater/core/time.ts';

const MAX_NAMES = 5;

/** The summary of an incident from what is known of its alerts; equal requests, equal words. */
export function summarizeIncident(request: SummarizeRequest): SummarizeResponse {
  const { alerts, severity } = request;
  const names = namesOf(alerts);
  const title = request.title || names[0] || 'Incident';
  const analyses = unique(alerts.flatMap(({ analysis_summary: text }) => text?.trim() || []));
  const counted = `${alerts.length} ${alerts.length === 1 ? 'alert' : 'alerts'}`;
  const told = names.length === 0 ? '' : ` (${listed(names)})`;
  const sentences = [
    `${severity ? `${capital(severity)} incident` : 'Incident'} with ${counted}${told}${spanOf(request)}.`,
    analyses[0] ?? 'No analysis of its alerts is known.',
  ];
  const summary = sentences.join(' ');
  const detail = detailOf(request, analyses);
  return { status: 'ok', title, summary, detail, summary_i18n: { en: summary }, detail_i18n: { en: detail } };
}

type SummarizedAlerts = SummarizeRequest['alerts'];

function namesOf(alerts: SummarizedAlerts): string[] {
  const counts = new Map<string, number>();
  for (const { alert_name: name } of alerts) if (name) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts.entries()].sort(([, left], [, right]) => right - left).map(([name]) => name);
}

function listed(names: readonly string[]): string {
  const rest = names.length - MAX_NAMES;
  return `${names.slice(0, MAX_NAMES).join(', ')}${rest > 0 ? `, and ${rest} more` : ''}`;
}

function spanOf({ fired_at: fired, resolved_at: resolved }: SummarizeRequest): string {
  const from = parseTime(fired);
  const to = parseTime(resolved);
  if (from === null) return '';
  if (to === null) return `, firing since ${fired}`;
  return `, from ${fired} to ${resolved} (${formatDuration(to - from)})`;
}

function detailOf({ alerts }: SummarizeRequest, analyses: readonly string[]): string {
  const firing = alerts.filter(({ status }) => status === 'firing').length;
  const lines = alerts.map(({ alert_name: name, severity, status, analysis_summary: analysis }) => {
    const facts = [severity, status].filter(Boolean).join(', ');
    return `- **${name || 'alert'}**${facts ? ` (${facts})` : ''}${analysis ? `: ${analysis.trim()}` : ''}`;
  });
  return [
    '## What happened',
    '',
    ...(analyses.length === 0 ? ['No analysis of its alerts is known.'] : analyses.map((text) => `- ${text}`)),
    '',
    `## Alerts (${firing} of ${alerts.length} firing)`,
    '',
    ...unique(lines),
    '',
  ].join('\n');
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
