import { flag, int, list, text } from '../kinds.ts';
import { optional, setting } from '../setting.ts';
import { signalMappings } from '../signal-mappings.ts';

/** Who may send alerts, how much at once, and what foreign bodies mean. */
export const intakeSettings = {
  clusterName: optional({
    env: 'HEADWATER_CLUSTER_NAME',
    kind: text,
    help: 'The cluster of alerts without a `cluster` label. Without it the name of the only configured cluster, else `default`.',
  }),
  token: optional({
    env: 'HEADWATER_INTAKE_TOKEN',
    kind: text,
    secret: true,
    help: 'A fixed secret that senders of alerts may use instead of an API token: as bearer token, basic password or header.',
  }),
  username: optional({
    env: 'HEADWATER_INTAKE_USERNAME',
    kind: text,
    help: 'The only user name basic authentication of senders may carry; without it any name goes, the password decides.',
  }),
  header: setting({
    env: 'HEADWATER_INTAKE_HEADER',
    kind: text,
    default: 'x-headwater-token',
    help: 'The header in which senders that set only fixed headers put an API token or HEADWATER_INTAKE_TOKEN.',
  }),
  clientNames: setting({
    env: 'HEADWATER_INTAKE_CLIENT_NAMES',
    kind: list(text),
    default: [],
    help: 'Common names and DNS names of client certificates that may send alerts without a token (mutual TLS); `*` for any that HEADWATER_TLS_CLIENT_CA_FILE vouches for.',
  }),
  bodyLimit: setting({
    env: 'HEADWATER_INTAKE_BODY_LIMIT',
    kind: int(1_024, 1_073_741_824),
    default: 16 * 1024 * 1024,
    help: 'Bytes of the largest body of alerts that is read, unpacked; a larger one is answered 413.',
  }),
  testData: setting({
    env: 'HEADWATER_TEST_DATA',
    kind: flag,
    default: false,
    help: 'Let `POST /api/v1/incidents/mock` send test alerts; without it that address does not exist.',
  }),
  maxWaitingAlerts: setting({
    env: 'HEADWATER_INTAKE_MAX_WAITING_ALERTS',
    kind: int(1, 1_000_000),
    default: 20_000,
    help: 'Alerts that may wait to be stored; while more would, senders are answered 503 and try again.',
  }),
  mappings: setting({
    env: 'HEADWATER_SIGNAL_MAPPINGS',
    kind: signalMappings,
    default: [],
    help: 'How bodies posted to /api/v1/signals/generic/{mapping} become alerts: a list of mappings, as YAML in the file or as JSON.',
  }),
};
