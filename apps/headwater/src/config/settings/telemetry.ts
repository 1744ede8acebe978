import { flag, text, url } from '../kinds.ts';
import { optional, setting } from '../setting.ts';

interface System<Prefix extends string> {
  readonly prefix: Prefix;
  readonly name: string;
  readonly purpose: string;
}

// The commands that read a cluster from a shell take the same variables; see cli/cluster-options.ts.
function systemSettings<Prefix extends string>({ prefix, name, purpose }: System<Prefix>) {
  const upper = prefix.toUpperCase();
  return {
    [`${prefix}Url`]: optional({
      env: `HEADWATER_${upper}_URL`,
      aliases: [`${upper}_URL`],
      kind: url,
      help: `${name}, for ${purpose}.`,
    }),
    [`${prefix}Token`]: optional({
      env: `HEADWATER_${upper}_TOKEN`,
      kind: text,
      secret: true,
      help: `Bearer token for ${name}.`,
    }),
    [`${prefix}Username`]: optional({
      env: `HEADWATER_${upper}_USERNAME`,
      kind: text,
      help: `User name for ${name}, when it asks for basic authentication.`,
    }),
    [`${prefix}Password`]: optional({
      env: `HEADWATER_${upper}_PASSWORD`,
      kind: text,
      secret: true,
      help: 'Password that belongs to the user name.',
    }),
    [`${prefix}Tenant`]: optional({
      env: `HEADWATER_${upper}_TENANT`,
      aliases: [`${upper}_TENANT_ID`],
      kind: text,
      help: `Tenant sent to ${name} as X-Scope-OrgID.`,
    }),
    [`${prefix}CaFile`]: optional({
      env: `HEADWATER_${upper}_CA_FILE`,
      kind: text,
      help: `PEM authorities that sign the certificate of ${name}.`,
    }),
    [`${prefix}CertFile`]: optional({
      env: `HEADWATER_${upper}_CERT_FILE`,
      kind: text,
      help: `PEM client certificate for ${name}.`,
    }),
    [`${prefix}KeyFile`]: optional({
      env: `HEADWATER_${upper}_KEY_FILE`,
      kind: text,
      help: 'PEM private key of the client certificate.',
    }),
    [`${prefix}Insecure`]: setting({
      env: `HEADWATER_${upper}_INSECURE`,
      kind: flag,
      default: false,
      help: `Do not check the certificate of ${name}; for tests only.`,
    }),
  } as SystemSettings<Prefix>;
}

type Text = ReturnType<typeof optional<string>>;
type Flag = ReturnType<typeof setting<boolean>>;
type TextName = 'Url' | 'Token' | 'Username' | 'Password' | 'Tenant' | 'CaFile' | 'CertFile' | 'KeyFile';
// A computed key loses its name in the type; this gives it back.
type SystemSettings<Prefix extends string> = { readonly [Name in `${Prefix}${TextName}`]: Text } & {
  readonly [Name in `${Prefix}Insecure`]: Flag;
};

/** Where metrics, logs and traces of the clusters are read; each is optional, and what is absent becomes a gap. */
export const telemetrySettings = {
  ...systemSettings({ prefix: 'prometheus', name: 'Prometheus', purpose: 'metrics (or anything with its query API)' }),
  ...systemSettings({ prefix: 'loki', name: 'Loki', purpose: 'logs older than the Pods that wrote them' }),
  ...systemSettings({ prefix: 'tempo', name: 'Tempo', purpose: 'traces' }),
};
