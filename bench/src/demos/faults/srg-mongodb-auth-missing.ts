import { causeIs } from '../../../../recordings/expect.ts';
import { editConfigMap } from '../../synthetic/kit/config-edits.ts';
import { clock, demo, part, patch, says } from '../stage.ts';
import { SECOND } from '@headwater/core/time.ts';
import { podCrashLooping } from '@headwater/testkit/world/alerts.ts';
import { crashLooping } from '@headwater/testkit/world/pod-states/crash.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import type { Fault } from '../../synthetic/fault.ts';

/** The chart's values demand TLS with a certificate file that is not mounted; the store exits, its client finds nobody. */
export const fault: Fault = {
  code: 'SRG-mongodb-auth-missing',
  name: 'a store demands TLS without a certificate',
  lookAlikes: [],
  scenario: {
    slug: 'demo-srg-mongodb-auth-missing',
    title: 'A document store crash-loops after an upgrade',
    families: ['demos'],
    build(scene) {
      const { plan } = demo(scene, 'social-network');
      const namespace = 'social-network';
      const at = scene.around('upgrade', 12);
      const mongo = part(plan, namespace, 'url-shorten-mongodb', {
        image: 'mongo:4.4.6',
        port: 27_017,
        manager: 'helm',
        mounts: { config: '/etc/mongod.conf' },
        spec: { volumes: [{ name: 'config', configMap: { defaultMode: 420, name: 'url-shorten-mongodb' } }] },
      });
      const client = part(plan, namespace, 'url-shorten-service', {
        image: 'deathstarbench/social-network-microservices:latest',
        port: 9090,
        manager: 'helm',
        env: { MONGODB_ADDR: 'url-shorten-mongodb:27017' },
      });
      const conf = (tls: string): string => `net:\n  port: 27017\n  tls:\n${tls}systemLog:\n  destination: file\n`;
      editConfigMap(plan, {
        namespace,
        name: 'url-shorten-mongodb',
        good: { 'mongod.conf': conf('    mode: disabled\n') },
        bad: {
          'mongod.conf': conf(
            '    mode: requireTLS\n    certificateKeyFile: /etc/tls/tls.pem\n    CAFile: /etc/tls/ca.crt\n',
          ),
        },
        at: at - SECOND,
        manager: 'helm',
        owner: 'helm',
        watched: false,
      });
      patch(mongo, {
        at,
        through: true,
        manager: 'helm',
        annotations: { 'checksum/config': scene.random.hex('sum', 16) },
        spec: () => undefined,
        state: crashLooping({
          exitCode: 1,
          ran: 1,
          says: [
            '{"t":{"$date":"2026-02-02T10:00:00.000+00:00"},"s":"E","c":"NETWORK","id":23248,"ctx":"main","msg":"Cannot read certificate file","attr":{"keyFile":"/etc/tls/tls.pem","error":"error:02001002:system library:fopen:No such file or directory"}}',
            '{"t":{"$date":"2026-02-02T10:00:00.010+00:00"},"s":"F","c":"CONTROL","id":20574,"ctx":"main","msg":"Error during global initialization","attr":{"error":{"code":140,"codeName":"InvalidSSLConfiguration","errmsg":"Can not set up PEM key file."}}}',
          ],
        }),
      });
      says(plan, client, {
        since: at,
        every: 12,
        line: (time) =>
          `[${clock(time)}] <error>: (UrlShortenHandler.h:151:ComposeUrls) Failed to insert urls of url-shorten to MongoDB: No suitable servers found (\`serverSelectionTryOnce\` set): [connection refused calling hello on 'url-shorten-mongodb:27017']`,
      });
      for (const pod of realise(plan, mongo).pods) podCrashLooping(plan, pod, at);
      return plan;
    },
    expected: () =>
      causeIs({
        causes: [
          { kind: 'Deployment', namespace: 'social-network', name: 'url-shorten-mongodb' },
          { kind: 'ConfigMap', namespace: 'social-network', name: 'url-shorten-mongodb' },
        ],
        category: [
          'app-crash',
          'config-malformed',
          'config-changed',
          'mtls-mismatch',
          'certificate-untrusted',
          'secret-missing',
        ],
        not: [{ kind: 'Deployment', name: 'url-shorten-service' }],
      }),
  },
};
