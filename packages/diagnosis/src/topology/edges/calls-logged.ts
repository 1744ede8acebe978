import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { citeLog, citeTemplate } from '../../evidence/cite.ts';
import type { LogStream } from '../../snapshot/input.ts';
import { sharedConnectionError } from '../connection-errors.ts';
import { resolveHost } from '../dns-names.ts';
import { isAddress } from '../host-references.ts';
import type { EdgeContext } from './all.ts';

// Without templates the last lines of a stream are read one by one; errors repeat, so the tail shows them.
const MAX_LINES = 400;

/** Calls that failed loudly enough to be in a log: the workload names whom it could not reach. */
export function addLoggedCalls(context: EdgeContext): void {
  const { snapshot, components, add } = context;
  const services = new Map(snapshot.objects.list('Service').map((service) => [service.spec?.clusterIP ?? '', service]));
  for (const stream of snapshot.logs.all) {
    for (const { text, cite } of candidates(stream)) {
      const error = sharedConnectionError(snapshot, text);
      if (!error?.host) continue;
      const service = isAddress(error.host)
        ? byAddress(error.host)
        : byName(error.host, stream.namespace, error.mode === 'not-found');
      if (!service) continue;
      add({
        from: components.named('Pod', stream.namespace, stream.pod),
        to: components.named('Service', service.namespace, service.name),
        relation: 'calls',
        cite: () => [cite()],
      });
    }
  }

  function byAddress(ip: string): { namespace: string; name: string } | null {
    const service = services.get(ip);
    return service ? { namespace: service.metadata.namespace ?? '', name: service.metadata.name } : null;
  }

  function byName(host: string, namespace: string, unknown: boolean): { namespace: string; name: string } | null {
    const service = resolveHost(snapshot, host, namespace);
    // A name that does not resolve is a call to a Service that is missing; any other word needs a Service to be one.
    return service && (service.exists || unknown) ? service : null;
  }
}

function* candidates(stream: LogStream): Iterable<{ text: string; cite: () => Evidence }> {
  if (stream.templates.length === 0) {
    for (const line of stream.lines.slice(-MAX_LINES)) yield { text: line.text, cite: () => citeLog(stream, line) };
    return;
  }
  for (const template of stream.templates) {
    if (template.level === 'info') continue;
    yield { text: template.sample.text, cite: () => citeTemplate(stream, template) };
  }
}
