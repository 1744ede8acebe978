import type { Directive, ServerBlock } from './corefile.ts';

/** Something in a Corefile that makes cluster names fail. */
export interface Suspect {
  readonly words: string;
  /** Null when it is something that is not there. */
  readonly directive: Directive | null;
  /** Whether it breaks cluster names by itself; else it needs failing lookups beside it. */
  readonly sure: boolean;
  /** Whether the server does not even start with it. */
  readonly stops?: boolean;
}

// The usual zone; a cluster with another one shows it in its kubernetes plugin and is compared with lookups only.
const CLUSTER_ZONE = 'cluster.local';

/** What is wrong with a Corefile for names of Services, worst first. */
export function suspectsIn(blocks: readonly ServerBlock[]): readonly Suspect[] {
  if (blocks.length === 0) return [];
  const all = blocks.flatMap(({ directives }) => directives);
  return [
    ...unknownPlugin(all),
    ...missingPlugin(all),
    ...wrongZone(all),
    ...blocks.flatMap((block) => overrides(block)),
  ].sort((left, right) => Number(right.sure) - Number(left.sure));
}

// The plugins CoreDNS is built with; a build of one's own may have more, so an unknown name alone proves nothing.
const PLUGINS: ReadonlySet<string> = new Set(
  'acl any auto autopath azure bind bufsize cache cancel chaos clouddns debug dns64 dnssec dnstap erratic errors etcd file forward geoip grpc grpc_server header health hosts import k8s_external kubernetes loadbalance local log loop metadata minimal multisocket nomad nsid on pprof prometheus proxyproto quic ready reload rewrite root route53 secondary sign template timeouts tls transfer trace tsig view whoami'.split(
    ' ',
  ),
);

function unknownPlugin(directives: readonly Directive[]): Suspect[] {
  return directives
    .filter(({ name }) => !PLUGINS.has(name))
    .map((directive) => ({
      words: `names the plugin \`${directive.name}\`, which CoreDNS does not have`,
      directive,
      sure: false,
      stops: true,
    }));
}

function missingPlugin(directives: readonly Directive[]): Suspect[] {
  // An `import` may bring the plugin from another file.
  if (directives.some(({ name }) => name === 'kubernetes' || name === 'import' || name === 'k8s_external')) return [];
  // A forwarder to the real cluster DNS (a Node-local cache) needs no plugin of its own.
  if (
    directives.some(({ name, args }) => (name === 'forward' || name === 'proxy') && args.some((arg) => /^\d/.test(arg)))
  )
    return [];
  return [{ words: 'has no `kubernetes` plugin, so no Service name resolves', directive: null, sure: true }];
}

function wrongZone(directives: readonly Directive[]): Suspect[] {
  const plugin = directives.find(({ name }) => name === 'kubernetes');
  if (
    !plugin ||
    plugin.args.length === 0 ||
    plugin.args.some((zone) => zone.replace(/\.$/, '') === CLUSTER_ZONE || zone === '.')
  )
    return [];
  return [
    {
      words: `serves the zones \`${plugin.args.join(' ')}\`, not the usual ${CLUSTER_ZONE}`,
      directive: plugin,
      sure: false,
    },
  ];
}

function overrides({ zones, directives }: ServerBlock): Suspect[] {
  return directives.flatMap((directive): Suspect[] => {
    switch (directive.name) {
      case 'template':
        return template(directive, zones);
      case 'rewrite':
        return rewrite(directive);
      case 'hosts':
        return directive.body.some((line) => /^\d[\d.]*\s+.*\.svc\b/.test(line))
          ? [{ words: 'answers Service names from a `hosts` block', directive, sure: false }]
          : [];
      case 'acl':
        return directive.body.some((line) => /^(block|filter|drop)\b/.test(line))
          ? [{ words: 'refuses queries by an `acl` block', directive, sure: false }]
          : [];
      default:
        return [];
    }
  });
}

function template(directive: Directive, zones: readonly string[]): Suspect[] {
  const rcode = directive.body.map((line) => /^rcode\s+(\w+)/i.exec(line)?.[1]).find(Boolean);
  if (!rcode || rcode.toUpperCase() === 'NOERROR') return [];
  const about = [
    ...directive.args.slice(2),
    ...zones,
    ...directive.body.filter((line) => line.startsWith('match')),
  ].join(' ');
  const hitsCluster = /svc|cluster\.local/.test(about.replaceAll('\\', ''));
  return hitsCluster
    ? [{ words: `answers cluster names with \`${rcode}\` by a \`template\` block`, directive, sure: true }]
    : [];
}

function rewrite(directive: Directive): Suspect[] {
  const text = directive.args.join(' ');
  return /svc|cluster\.local/.test(text.replaceAll('\\', ''))
    ? [{ words: `rewrites cluster names by \`rewrite ${text}\``, directive, sure: false }]
    : [];
}
