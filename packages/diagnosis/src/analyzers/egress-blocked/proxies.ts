import { formatSubject, subjectKey } from '@headwater/core/subject.ts';
import { citeChange, citeField } from '../../evidence/cite.ts';
import type { Finding } from '../../finding.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { bareHost, hostsIn } from '../../topology/host-references.ts';
import type { TemplateView } from '../../topology/templates.ts';
import { failuresOf } from '../_shared/failed-connections.ts';
import { citeHit, type LogHit, type LogMatch, logHits } from '../_shared/log-hits.ts';
import { recentEdit } from '../_shared/recent-change.ts';
import { edit } from '../_shared/remedies.ts';
import { rootOf } from '../_shared/workloads.ts';
import { perObject } from '../../snapshot/per-object.ts';

const PROXY_VARIABLE = /^(https?|all)_proxy$/i;

interface ProxySetting {
  readonly view: TemplateView;
  readonly host: string;
  readonly text: string;
  readonly path: string;
}

/** Outbound proxies named in the environment that callers cannot reach. */
export function judgeProxies(snapshot: Snapshot): Finding[] {
  const settings = snapshot.topology.templates.list().flatMap(proxiesOf);
  if (settings.length === 0) return [];
  const hosts = new Set(settings.map(({ host }) => host));
  const read = (line: string): LogMatch | null => readProxyFailure(line, hosts);
  const hits = Map.groupBy(logHits(snapshot, read, { atLeast: 1 }), ({ pod }) => subjectKey(rootOf(snapshot, pod)));
  const found = settings.flatMap((setting) =>
    report(snapshot, setting, hits.get(subjectKey(setting.view.component))?.[0]),
  );
  // HTTP_PROXY and HTTPS_PROXY mostly say the same.
  return [...new Map(found.map((finding) => [subjectKey(finding.subject), finding])).values()];
}

function proxiesOf(view: TemplateView): readonly ProxySetting[] {
  return proxiesIn(view.spec).map(({ host, text, path }) => ({ view, host, text, path: `${view.path}.${path}` }));
}

const proxiesIn = perObject((spec: TemplateView['spec']): readonly Omit<ProxySetting, 'view'>[] =>
  (spec.containers ?? []).flatMap((container) =>
    (container.env ?? []).flatMap(({ name, value }) => {
      const reference = name && value && PROXY_VARIABLE.test(name) ? (hostsIn(value)[0] ?? bareHost(value)) : null;
      const path = `containers[name=${container.name}].env[name=${name}].value`;
      return reference ? [{ host: reference.host, text: reference.text, path }] : [];
    }),
  ),
);

// Go, Java, Python, Node and curl each say in their words that it was the proxy.
const PROXY_FAILED =
  /proxyconnect|ProxyError|Unable to tunnel through proxy|tunneling socket could not be established|Cannot connect to proxy|from proxy after CONNECT|Proxy Authentication Required|could not resolve proxy/i;
const FAILED = /timed?[ -]?out|timeout|refused|unreachable|no route|failed/i;

function readProxyFailure(line: string, hosts: ReadonlySet<string>): LogMatch | null {
  const named = (): boolean => FAILED.test(line) && [...hosts].some((host) => line.toLowerCase().includes(`${host}:`));
  return PROXY_FAILED.test(line) || named() ? { key: 'proxy' } : null;
}

function report(
  snapshot: Snapshot,
  { view, host, text, path }: ProxySetting,
  told: LogHit<LogMatch> | undefined,
): Finding[] {
  const direct = failuresOf(snapshot, view.component).find(({ error }) => error.host === host)?.hit;
  const hit = told ?? direct;
  if (!hit) return [];
  const edited = recentEdit(snapshot, view.component, (changed) => /proxy/i.test(changed));
  return [
    {
      code: 'egress/proxy-unreachable',
      subject: view.component,
      category: 'egress-blocked',
      role: 'cause',
      layer: 'state',
      strength: edited ? 0.95 : 0.85,
      statement: `${formatSubject(view.component)} sends outbound requests to the proxy \`${text}\`, and its requests fail there`,
      evidence: [citeField(view.object, path), ...citeHit(hit).slice(0, 1), ...(edited ? [citeChange(edited)] : [])],
      ...(edited ? { change: edited.id, since: edited.time } : {}),
      remediation: [
        edit('patch-env', 'R2', `Correct the proxy of ${formatSubject(view.component)}, or restore the proxy`),
      ],
    },
  ];
}
