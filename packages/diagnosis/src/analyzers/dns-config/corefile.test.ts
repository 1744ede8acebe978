import { describe, expect, it } from 'vitest';
import { readCorefile } from './corefile.ts';
import { suspectsIn } from './suspects.ts';

const NORMAL = `.:53 {
    errors
    health {
        lameduck 5s
    }
    ready
    kubernetes cluster.local in-addr.arpa ip6.arpa {
        pods insecure
        fallthrough in-addr.arpa ip6.arpa
        ttl 30
    }
    prometheus :9153
    forward . /etc/resolv.conf {
        max_concurrent 1000
    }
    cache 30
    loop
    reload
    loadbalance
}`;

const words = (text: string) => suspectsIn(readCorefile(text)).map((suspect) => suspect.words);

describe('readCorefile', () => {
  it('reads server blocks, plugins and their blocks with line numbers', () => {
    const [block] = readCorefile(NORMAL);
    expect(block?.zones).toEqual(['.']);
    expect(block?.directives.map(({ name }) => name)).toEqual([
      'errors',
      'health',
      'ready',
      'kubernetes',
      'prometheus',
      'forward',
      'cache',
      'loop',
      'reload',
      'loadbalance',
    ]);
    expect(block?.directives.find(({ name }) => name === 'kubernetes')).toMatchObject({
      from: 7,
      to: 11,
      body: ['pods insecure', 'fallthrough in-addr.arpa ip6.arpa', 'ttl 30'],
    });
  });
});

describe('suspectsIn', () => {
  it('finds nothing in the usual file, with stub zones, comments and harmless rewrites', () => {
    expect(words(NORMAL)).toEqual([]);
    expect(words(`${NORMAL}\ncorp.example.com:53 {\n  forward . 10.0.0.53\n}`)).toEqual([]);
    expect(
      words(
        NORMAL.replace('ready', '# rewrite name a.svc b.svc\n    rewrite stop name exact api.example.com api.internal'),
      ),
    ).toEqual([]);
    expect(words('')).toEqual([]);
  });

  it('finds a missing plugin, but not in a forwarder to the real server', () => {
    expect(words('.:53 {\n  errors\n  forward . /etc/resolv.conf\n}')).toEqual([
      'has no `kubernetes` plugin, so no Service name resolves',
    ]);
    expect(words('.:53 {\n  cache 30\n  forward . 10.96.0.10\n}')).toEqual([]);
  });

  it('finds templates, rewrites and zones that break cluster names', () => {
    expect(
      words(NORMAL.replace('ready', 'template ANY ANY svc.cluster.local {\n        rcode NXDOMAIN\n    }'))[0],
    ).toContain('`NXDOMAIN`');
    expect(
      words(
        NORMAL.replace(
          'ready',
          'template IN A {\n        match "^.*\\.svc\\.cluster\\.local\\.$"\n        rcode SERVFAIL\n    }',
        ),
      )[0],
    ).toContain('`SERVFAIL`');
    expect(words(NORMAL.replace('ready', 'rewrite name suffix .svc.cluster.local .invalid'))[0]).toContain(
      'rewrites cluster names',
    );
    expect(words(NORMAL.replace('cluster.local', 'cluster.lokal'))[0]).toContain('cluster.lokal');
  });
});
